import { beforeEach, describe, expect, test } from "vitest";
import type { FieldMappingRow } from "../../src/integration/fields/field-mapping.ts";
import { readDirectoryRows } from "../support/directory-rows.ts";
import { eventually } from "../support/eventually.ts";
import { type SharedApp, useSharedApp } from "../support/shared-app.ts";
import { untilEnded } from "../support/test-app.ts";

const shared = useSharedApp();
let service: SharedApp;
beforeEach(() => {
  service = shared();
});

const REQUIRED = ["email", "first_name", "last_name", "status"];

type Shown = {
  attributes: { key: string; granted: boolean; neededFor: string[]; missingHelp: string | null }[];
  fieldMapping: FieldMappingRow[];
};
const shown = async (): Promise<Shown> =>
  (
    await service.get<{ personioIntegration: Shown }>(
      "{ personioIntegration { attributes { key granted neededFor missingHelp } fieldMapping { personField personioAttribute } } }",
    )
  ).personioIntegration;
const attribute = async (key: string) => (await shown()).attributes.find((one) => one.key === key);
const rowsOf = async (field: string) =>
  (await shown()).fieldMapping.filter(({ personField }) => personField === field);

const finish = async (fieldMapping?: readonly FieldMappingRow[]) => {
  await service.get(
    "mutation ($fieldMapping: [FieldMappingInput!]) { finishPersonioSetup(fieldMapping: $fieldMapping) { id } }",
    { fieldMapping },
  );
  return untilEnded(service.get);
};
const syncChanged = async () => {
  await service.get("mutation { syncPersonio(mode: INCREMENTAL) { id } }");
  return untilEnded(service.get);
};
const count = async (what: string, table = "people"): Promise<number> => {
  const [row] = await service.app.database.dataSource.query<{ count: number }[]>(
    `select count(*)::int as count from ${table} where ${what}`,
  );
  return row?.count ?? 0;
};
/** The job that wipes hidden fields may end after the run that hides them. */
const untilWiped = () =>
  eventually(async () => (await count("name = 'wipe-fields' and state < 'completed'", "pgboss.job")) === 0, {
    what: "the end of the wipe",
  });
const connectWith = async (granted: string[]): Promise<void> => {
  await service.reset();
  await service.sandbox.admin.setGrants(granted);
  await service.connect();
};

describe("an attribute that is ticked after the setup", () => {
  test("a missing attribute is listed with its cost, and the next sync reads it without a new review", async () => {
    await connectWith(REQUIRED);
    expect((await attribute("supervisor"))?.missingHelp).toContain("the next sync picks it up");
    expect(await rowsOf("supervisor")).toEqual([]);

    await service.sandbox.admin.setGrants([...REQUIRED, "supervisor"]);
    expect((await service.sync()).changed).toBeGreaterThan(30);
    expect(await count("supervisor_id is not null")).toBeGreaterThan(30);
    expect(await attribute("supervisor")).toEqual({
      key: "supervisor",
      granted: true,
      neededFor: ["supervisor"],
      missingHelp: null,
    });
    expect(await rowsOf("supervisor")).toMatchObject([{ personioAttribute: "supervisor" }]);
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
  });

  test("the first sync of all people adds the attribute: supervisors of half a company would be wrong", async () => {
    await connectWith(REQUIRED);
    await service.sandbox.admin.setGrants([...REQUIRED, "supervisor"]);
    await syncChanged();
    expect(await count("supervisor_personio_id is not null")).toBe(0);
    await service.sync();
    expect(await count("supervisor_id is not null")).toBeGreaterThan(30);
  });

  test("a custom attribute that is ticked later is only shown: an unmapped attribute is not stored", async () => {
    await connectWith(REQUIRED);
    await service.sandbox.admin.setGrants([...REQUIRED, "dynamic_402190"]);
    expect(await service.sync()).toMatchObject({ changed: 0 });
    expect(await attribute("dynamic_402190")).toMatchObject({ granted: true, neededFor: [] });
    expect(await rowsOf("customAttributes")).toEqual([]);
    expect(await count("custom_attributes <> '{}'")).toBe(0);
  });

  test("an attribute of a hidden field is not read, and causes no warning", async () => {
    await connectWith(REQUIRED);
    await finish([{ personField: "supervisor", personioAttribute: null }]);
    expect(await attribute("supervisor")).toBeUndefined();
    await service.sandbox.admin.setGrants([...REQUIRED, "supervisor", "position"]);
    await service.sync();
    expect(await count("supervisor_personio_id is not null")).toBe(0);
    expect(await count("position is not null")).toBeGreaterThan(30);
    expect(await rowsOf("supervisor")).toMatchObject([{ personioAttribute: null }]);
  });
});

describe("a field that an admin hides", () => {
  test("a hidden field is emptied, and the next sync is not held for it", async () => {
    await service.resetConnected();
    expect(await count("date_of_birth is not null")).toBeGreaterThan(50);
    const hidden = ["dateOfBirth", "supervisor", "office", "hireDate", "preferredName"];
    const rows = hidden.map((personField) => ({ personField, personioAttribute: null }));
    const run = await finish(rows);
    expect(run.problem).toBeNull();
    expect(
      await count(`num_nonnulls(date_of_birth, supervisor_personio_id, supervisor_id, office_id, hire_date, original_hire_date,
        preferred_name) > 0`),
    ).toBe(0);
    await untilWiped();
    const before = await readDirectoryRows(service.databaseUrl);
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    expect(await readDirectoryRows(service.databaseUrl)).toEqual(before);

    await finish();
    expect(await count("date_of_birth is not null")).toBeGreaterThan(50);
    expect(await count("original_hire_date is not null")).toBeGreaterThan(50);
  });

  test("the next sync empties a hidden field of leavers, too, even if Personio no longer lists them", async () => {
    await service.resetConnected();
    const [{ id = "" } = {}] = await service.app.database.dataSource.query<{ id: string }[]>(
      "select personio_id as id from people where status = 'ACTIVE' and date_of_birth is not null order by 1 desc limit 1",
    );
    await service.sandbox.admin.remove(id);
    await service.sync();
    await service.sync();
    expect(await count(`personio_id = '${id}' and status = 'INACTIVE' and date_of_birth is not null`)).toBe(
      1,
    );
    await finish([{ personField: "dateOfBirth", personioAttribute: null }]);
    expect(await count("date_of_birth is not null")).toBe(0);
    expect(await count(`personio_id = '${id}' and status = 'INACTIVE'`)).toBe(1);
  });

  test("the guard still stops another field that comes empty", async () => {
    await service.resetConnected();
    await service.sandbox.admin.setFaults([{ kind: "wrong-value", attribute: "position", value: "" }]);
    const run = await finish([{ personField: "dateOfBirth", personioAttribute: null }]);
    expect(run).toMatchObject({ status: "HELD", problem: { code: "FIELD_GUARD" } });
    expect(run.problem?.message).toContain("position");
  });

  test("a field without the right to read it is not hidden: its stored values stay", async () => {
    await service.resetConnected();
    const before = await count("date_of_birth is not null");
    await service.sandbox.admin.setGrants([...REQUIRED, "position"]);
    expect(await service.sync()).toMatchObject({ changed: 0, problem: null });
    // A new review while the attribute is not granted.
    await finish();
    expect(await rowsOf("dateOfBirth")).toEqual([]);
    expect(await count("date_of_birth is not null")).toBe(before);
  });
});
