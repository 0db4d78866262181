import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { isTimeZoneKnown } from "../../src/tenant/people-settings.repository.ts";
import { addTenant } from "../support/factories.ts";
import { ask, codeOf } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const FIELDS = "{ timeZone syncedStatuses leaverGuardPercent leaverGuardPeople leapDayRule }";
const DEFAULTS = {
  timeZone: "UTC",
  syncedStatuses: ["ONBOARDING", "ACTIVE", "LEAVE"],
  leaverGuardPercent: 10,
  leaverGuardPeople: 5,
  leapDayRule: "FEBRUARY_28",
};

const read = async (tenantId: string) =>
  (await ask(database.dataSource, `{ peopleSettings ${FIELDS} }`, { tenantId })).data.peopleSettings;

const change = (settings: object, tenantId: string) => {
  const mutation = `mutation ($settings: PeopleSettingsInput!) { setPeopleSettings(settings: $settings) ${FIELDS} }`;
  return ask(database.dataSource, mutation, { tenantId, variables: { settings } });
};

test("an unknown company has the default settings, and so has a new one", async () => {
  expect(await read("unseen")).toEqual(DEFAULTS);
  await inTenant(database.dataSource, "seen", addTenant);
  expect(await read("seen")).toEqual(DEFAULTS);
});

test("a change of some settings persists and leaves the others unchanged", async () => {
  const first = await change({ timeZone: "Europe/Berlin", syncedStatuses: ["ACTIVE", "LEAVE"] }, "changing");
  const expected = { ...DEFAULTS, timeZone: "Europe/Berlin", syncedStatuses: ["ACTIVE", "LEAVE"] };
  expect(first.data.setPeopleSettings).toEqual(expected);
  const second = { leaverGuardPercent: 2.5, leaverGuardPeople: 0, leapDayRule: "MARCH_1", timeZone: null };
  await change(second, "changing");
  expect(await read("changing")).toEqual({ ...expected, ...second, timeZone: "Europe/Berlin" });
});

test("a change of settings affects one company only", async () => {
  await change({ leaverGuardPeople: 77 }, "mine");
  expect(await read("theirs")).toEqual(DEFAULTS);
});

test("an invalid setting is refused, and none of the others is stored", async () => {
  expect(codeOf(await change({ leaverGuardPeople: 9, timeZone: "Atlantis" }, "careful"))).toBe(
    "BAD_USER_INPUT",
  );
  expect(codeOf(await change({ leaverGuardPeople: 9, syncedStatuses: [] }, "careful"))).toBe(
    "BAD_USER_INPUT",
  );
  expect(await read("careful")).toEqual(DEFAULTS);
});

test.each([
  ["Europe/Berlin", true],
  ["europe/berlin", true],
  ["UTC", true],
  ["Europe/Atlantis", false],
  ["+02:00", false],
])("isTimeZoneKnown answers for %s: %s", async (timeZone, known) => {
  const answer = await inTenant(database.dataSource, "any", (manager) => isTimeZoneKnown(manager, timeZone));
  expect(answer).toBe(known);
});
