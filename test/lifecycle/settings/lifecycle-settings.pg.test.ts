import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { openStream } from "../../../src/lifecycle/events/event-stream.repository.ts";
import { getDateRules } from "../../../src/lifecycle/settings/lifecycle-settings.repository.ts";
import { addTenant } from "../../support/factories.ts";
import { ask, codeOf } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const FIELDS = "{ timeZone lifecycleKinds { kind enabled granted offsetDays } }";

type Kind = { kind: string; enabled: boolean; granted: boolean; offsetDays: number[] };

const kindsOf = async (tenantId: string): Promise<Record<string, Kind>> => {
  const { data, errors } = await ask(database.dataSource, `{ peopleSettings ${FIELDS} }`, { tenantId });
  expect(errors).toBeUndefined();
  return byKind(data.peopleSettings.lifecycleKinds);
};

const byKind = (kinds: Kind[]): Record<string, Kind> =>
  Object.fromEntries(kinds.map((each) => [each.kind, each]));

const switchKind = (tenantId: string, kind: string, enabled: boolean) =>
  ask(
    database.dataSource,
    `mutation ($kind: LifecycleEventKind!, $enabled: Boolean!) { setLifecycleKind(kind: $kind, enabled: $enabled) ${FIELDS} }`,
    { tenantId, variables: { kind, enabled } },
  );

const setOffsets = (tenantId: string, kind: string, offsetDays: unknown) =>
  ask(
    database.dataSource,
    `mutation ($kind: LifecycleEventKind!, $offsetDays: [Int!]!) { setLifecycleOffsets(kind: $kind, offsetDays: $offsetDays) ${FIELDS} }`,
    { tenantId, variables: { kind, offsetDays } },
  );

const rows = (tenantId: string, table: string) =>
  inTenant(database.dataSource, tenantId, (manager) =>
    manager.query<{ kind: string; since: Date; offset_days?: number }[]>(
      `select * from ${table} order by since, kind`,
    ),
  );

test("an unknown company has every kind on, at offset 0 only", async () => {
  const kinds = await kindsOf("unseen");
  expect(Object.keys(kinds)).toEqual([
    "HIRE_DATE",
    "PROBATION_END",
    "CONTRACT_END_DATE",
    "TERMINATION_DATE",
    "WORK_ANNIVERSARY",
    "BIRTHDAY",
    "PERSON_ADDED",
    "PERSON_CHANGED",
    "SUPERVISOR_CHANGED",
    "PERSON_LEFT",
    "PERSON_RETURNED",
  ]);
  for (const [kind, setting] of Object.entries(kinds)) {
    expect(setting).toEqual({ kind, enabled: true, granted: true, offsetDays: [0] });
  }
});

describe("a kind", () => {
  test("a kind that is switched off is off in the answer, even in a company that has stored nothing yet", async () => {
    const { data, errors } = await switchKind("switching", "BIRTHDAY", false);
    expect(errors).toBeUndefined();
    expect(data.setLifecycleKind.timeZone).toBe("UTC");
    expect(byKind(data.setLifecycleKind.lifecycleKinds).BIRTHDAY?.enabled).toBe(false);
    expect((await kindsOf("switching")).HIRE_DATE?.enabled).toBe(true);
    expect((await kindsOf("other")).BIRTHDAY?.enabled).toBe(true);

    await switchKind("switching", "BIRTHDAY", true);
    expect((await kindsOf("switching")).BIRTHDAY?.enabled).toBe(true);
  });

  test("a kind of change is switched like any other", async () => {
    await switchKind("changes", "PERSON_CHANGED", false);
    expect((await kindsOf("changes")).PERSON_CHANGED?.enabled).toBe(false);
  });

  test("a kind that is on and is switched on stores nothing", async () => {
    await switchKind("since ever", "BIRTHDAY", true);
    expect(await rows("since ever", "lifecycle_kinds")).toEqual([]);
  });

  test("a kind that is switched to its current state keeps its time, and gets a new one when the state changes", async () => {
    const since = async () => (await rows("keeping", "lifecycle_kinds")).map((row) => row.since.getTime());
    await switchKind("keeping", "BIRTHDAY", false);
    const off = await since();
    await switchKind("keeping", "BIRTHDAY", false);
    expect(await since()).toEqual(off);
    await switchKind("keeping", "BIRTHDAY", true);
    const on = await since();
    expect(on[0]).toBeGreaterThan(off[0] ?? Number.POSITIVE_INFINITY);
    await switchKind("keeping", "BIRTHDAY", true);
    expect(await since()).toEqual(on);
  });

  test("an unknown kind is refused", async () => {
    const { errors } = await switchKind("refusing", "WEDDING", false);
    expect(errors?.[0]?.message).toContain("WEDDING");
  });

  test("a kind whose date is no longer readable is not granted", async () => {
    await inTenant(database.dataSource, "unreadable", async (manager) => {
      await addTenant(manager);
      await openStream(manager, new Date());
      await manager.query("update lifecycle_streams set unreadable_kinds = '{BIRTHDAY,PROBATION_END}'");
    });
    const kinds = Object.values(await kindsOf("unreadable"));
    expect(kinds.filter(({ granted }) => !granted).map(({ kind }) => kind)).toEqual([
      "PROBATION_END",
      "BIRTHDAY",
    ]);
  });
});

describe("offsets", () => {
  test("offsets are returned in order, each once, with 0, even in a company that has stored nothing yet", async () => {
    const { data, errors } = await setOffsets("offsets", "HIRE_DATE", [30, -7, -1, 0, -7]);
    expect(errors).toBeUndefined();
    expect(byKind(data.setLifecycleOffsets.lifecycleKinds).HIRE_DATE?.offsetDays).toEqual([-7, -1, 0, 30]);
    expect((await kindsOf("offsets")).BIRTHDAY?.offsetDays).toEqual([0]);
    expect((await kindsOf("other")).HIRE_DATE?.offsetDays).toEqual([0]);
  });

  test("offsets that stay keep their time, new ones begin now, and the others are deleted", async () => {
    const since = async () =>
      new Map(
        (await rows("staying", "lifecycle_offsets")).map((row) => [row.offset_days, row.since.getTime()]),
      );
    await setOffsets("staying", "HIRE_DATE", [-7, -1]);
    const before = await since();
    await setOffsets("staying", "HIRE_DATE", [-1, 14]);
    const after = await since();
    expect([...after.keys()].sort((one = 0, other = 0) => one - other)).toEqual([-1, 14]);
    expect(after.get(-1)).toBe(before.get(-1));
    expect(after.get(14)).toBeGreaterThan(before.get(-1) ?? Number.POSITIVE_INFINITY);
    await setOffsets("staying", "HIRE_DATE", []);
    expect(await since()).toEqual(new Map());
  });

  test("offsets that two admins set at once are those of one of them", async () => {
    const [one, other] = [
      Array.from({ length: 20 }, (_, n) => n + 1),
      Array.from({ length: 20 }, (_, n) => -n - 1),
    ];
    await setOffsets("at once", "HIRE_DATE", []);
    await Promise.all([setOffsets("at once", "HIRE_DATE", one), setOffsets("at once", "HIRE_DATE", other)]);
    expect((await kindsOf("at once")).HIRE_DATE?.offsetDays).toHaveLength(21);
  });

  test("offsets of one kind do not affect those of another", async () => {
    await setOffsets("apart", "HIRE_DATE", [-7]);
    await setOffsets("apart", "TERMINATION_DATE", [1]);
    await setOffsets("apart", "HIRE_DATE", []);
    const kinds = await kindsOf("apart");
    expect([kinds.HIRE_DATE?.offsetDays, kinds.TERMINATION_DATE?.offsetDays]).toEqual([[0], [0, 1]]);
  });

  test.each([
    ["too far away", "HIRE_DATE", [-181]],
    ["too many", "HIRE_DATE", Array.from({ length: 21 }, (_, n) => n + 1)],
    ["of a kind that has no date", "PERSON_LEFT", [1]],
    ["of a kind that has no date, even none", "PERSON_LEFT", []],
  ])("offsets that are %s are refused, and nothing changes", async (what, kind, offsetDays) => {
    await setOffsets(what, "HIRE_DATE", [-7]);
    expect(codeOf(await setOffsets(what, kind, offsetDays))).toBe("BAD_USER_INPUT");
    expect((await kindsOf(what)).HIRE_DATE?.offsetDays).toEqual([-7, 0]);
  });
});

test("the date rules contain the settings", async () => {
  await inTenant(database.dataSource, "rules", async (manager) => {
    await addTenant(manager);
    await openStream(manager, new Date());
  });
  await switchKind("rules", "BIRTHDAY", false);
  await setOffsets("rules", "HIRE_DATE", [-7]);
  const rules = await inTenant(database.dataSource, "rules", getDateRules);
  expect(rules?.kinds.BIRTHDAY.enabled).toBe(false);
  expect(rules?.kinds.HIRE_DATE.offsets.map(({ days }) => days)).toEqual([0, -7]);
});
