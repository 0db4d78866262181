import { beforeAll, describe, expect, test } from "vitest";
import type { FieldMappingRow } from "../../../src/integration/fields/field-mapping.ts";
import { type SharedApp, useSharedApp } from "../../support/shared-app.ts";
import { untilEnded } from "../../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeAll(() => {
  service = shared();
});

const REQUIRED = ["email", "first_name", "last_name", "status"];

const startWith = async (granted: string[], people: number): Promise<void> => {
  await service.reset({ people });
  await service.sandbox.admin.setGrants(granted);
  await service.connect();
};

/** A company for one test. */
const connectWith = (granted: string[]): Promise<void> => startWith(granted, 15);

const grant = (...more: string[]) => service.sandbox.admin.setGrants([...REQUIRED, ...more]);

const finish = async (fieldMapping?: readonly FieldMappingRow[]) => {
  await service.get(
    "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
    { fieldMapping },
  );
  return untilEnded(service.get);
};

/** All emitted changes, counted by kind. */
const emitted = async (): Promise<Record<string, number>> => {
  const rows = await service.app.database.dataSource.query<{ kind: string; count: number }[]>(
    `select kind, count(*)::int as count from lifecycle_events
     where kind in ('PERSON_CHANGED', 'SUPERVISOR_CHANGED', 'PERSON_ADDED') group by kind`,
  );
  return Object.fromEntries(rows.map(({ kind, count }) => [kind, count]));
};

const count = async (what: string): Promise<number> => {
  const [row] = await service.app.database.dataSource.query<{ count: number }[]>(
    `select count(*)::int as count from people where ${what}`,
  );
  return row?.count ?? 0;
};

const activePersonId = async (): Promise<string> => {
  const [row] = await service.app.database.dataSource.query<{ id: string }[]>(
    "select personio_id as id from people where status = 'ACTIVE' order by 1 limit 1",
  );
  return row?.id ?? "";
};

describe("a field that becomes readable for the first time", () => {
  // No first read emits a change, so that one company can read all fields one after the other.
  beforeAll(() => startWith(REQUIRED, 30));

  test.each([
    ["supervisor", "supervisor_id is not null"],
    ["position", "position is not null"],
    ["department", "department_id is not null"],
    ["office", "office_id is not null"],
    ["team", "team is not null"],
    ["cost_centers", "cost_center is not null"],
    ["hire_date", "hire_date is not null"],
    ["dynamic_402117", "date_of_birth is not null"],
  ])("a first read of %s stores the values and emits no change", async (attribute, stored) => {
    await grant(attribute);
    expect((await service.sync()).changed).toBeGreaterThan(10);
    expect(await count(stored)).toBeGreaterThan(10);
    expect(await emitted()).toEqual({});
  });
});

describe("a field that becomes readable for the first time", () => {
  test("a custom attribute that an admin maps later emits no change at its first read", async () => {
    await connectWith(REQUIRED);
    await grant("dynamic_402190");
    await service.sync();
    expect(await count("custom_attributes <> '{}'")).toBe(0);
    await finish();
    expect(await count("custom_attributes <> '{}'")).toBeGreaterThan(5);
    expect(await emitted()).toEqual({});
    await finish([{ personField: "customAttributes", personioAttribute: null }]);
    expect((await emitted()).PERSON_CHANGED).toBeGreaterThan(5);
  });

  test("a first read hides no change that HR makes at the same time", async () => {
    await connectWith(REQUIRED);
    const id = await activePersonId();
    await service.sandbox.admin.change(id, { last_name: "Other" });
    await grant("position");
    await service.sync();
    expect(await emitted()).toEqual({ PERSON_CHANGED: 1 });
  });

  test("a field emits changes after its first read, also for people who had no value", async () => {
    await connectWith(REQUIRED);
    await grant("position");
    await service.sync();
    await service.sandbox.admin.change(await activePersonId(), { position: "Astronaut" });
    await service.sync();
    expect(await emitted()).toEqual({ PERSON_CHANGED: 1 });
  });
});

describe("a field that was readable before", () => {
  test("a field that is readable again emits only what changed meanwhile", async () => {
    await connectWith([...REQUIRED, "position"]);
    await grant();
    await service.sandbox.admin.change(await activePersonId(), { position: "Astronaut" });
    await service.sync();
    expect(await emitted()).toEqual({});
    await grant("position");
    await service.sync();
    expect(await emitted()).toEqual({ PERSON_CHANGED: 1 });
  });

  test("a field that an admin hides and shows again emits PERSON_CHANGED both times", async () => {
    await connectWith([...REQUIRED, "position"]);
    const having = await count("position is not null");
    await finish([{ personField: "position", personioAttribute: null }]);
    expect(await emitted()).toEqual({ PERSON_CHANGED: having });
    await finish();
    expect(await emitted()).toEqual({ PERSON_CHANGED: 2 * having });
  });
});

test("a log from a version without the list of read fields emits first reads, as that version did", async () => {
  await connectWith(REQUIRED);
  await service.app.database.dataSource.query("update lifecycle_streams set read_fields = null");
  await grant("position");
  await service.sync();
  expect((await emitted()).PERSON_CHANGED).toBe(await count("position is not null"));
  expect(
    await service.app.database.dataSource.query(
      "select 'position' = any(read_fields) as noted from lifecycle_streams",
    ),
  ).toEqual([{ noted: true }]);
});
