import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { isTimeZoneKnown } from "../../src/tenant/people-settings.repository.ts";
import { addLegalEntity, addTenant } from "../support/factories.ts";
import { ask, codeOf } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const FIELDS =
  "{ timeZone syncedStatuses leaverGuardPercent leaverGuardPeople leapDayRule syncedEmploymentTypes syncedLegalEntityIds excludedPersonioIds }";
const DEFAULTS = {
  timeZone: "UTC",
  syncedStatuses: ["ONBOARDING", "ACTIVE", "LEAVE"],
  leaverGuardPercent: 10,
  leaverGuardPeople: 5,
  leapDayRule: "FEBRUARY_28",
  syncedEmploymentTypes: null,
  syncedLegalEntityIds: null,
  excludedPersonioIds: [],
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

test("an admin excludes people and returns to all with null, while a setting that is left out stays", async () => {
  const { id } = await inTenant(database.dataSource, "choosy", (manager) => addLegalEntity(manager));
  const chosen = {
    syncedEmploymentTypes: ["INTERNAL"],
    syncedLegalEntityIds: [id],
    excludedPersonioIds: ["7"],
  };
  expect((await change(chosen, "choosy")).data.setPeopleSettings).toEqual({ ...DEFAULTS, ...chosen });
  await change({ leaverGuardPeople: 9 }, "choosy");
  expect(await read("choosy")).toEqual({ ...DEFAULTS, ...chosen, leaverGuardPeople: 9 });
  await change({ syncedEmploymentTypes: null, leaverGuardPeople: 5 }, "choosy");
  expect(await read("choosy")).toEqual({ ...DEFAULTS, ...chosen, syncedEmploymentTypes: null });
  await change({ syncedLegalEntityIds: null, excludedPersonioIds: [] }, "choosy");
  expect(await read("choosy")).toEqual(DEFAULTS);
});

test("a legal entity that the company does not have is refused, also one of another company", async () => {
  const { id } = await inTenant(database.dataSource, "owner", (manager) => addLegalEntity(manager));
  for (const unknown of ["0b4d1f5e-27ab-4c3e-9c51-3f4f5b8f9d10", id]) {
    const answer = await change({ syncedLegalEntityIds: [unknown], leaverGuardPeople: 9 }, "stranger");
    expect(codeOf(answer)).toBe("BAD_USER_INPUT");
    expect(answer.errors?.[0]?.message).toContain(unknown);
  }
  expect(await read("stranger")).toEqual(DEFAULTS);
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
