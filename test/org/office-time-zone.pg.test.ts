import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { upsertOrg } from "../../src/org/org-changes.repository.ts";
import { addOffice, addPerson } from "../support/factories.ts";
import { ask, codeOf, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const office = (fields: Parameters<typeof addOffice>[1] = {}, tenantId = TENANT) =>
  inTenant(database.dataSource, tenantId, (manager) => addOffice(manager, fields));

const setZone = (officeId: string, timeZone: string) =>
  ask(
    database.dataSource,
    `mutation ($officeId: ID!, $timeZone: String!) {
      setOfficeTimeZone(officeId: $officeId, timeZone: $timeZone) { id name timeZone isTimeZoneGuessed headcount } }`,
    { variables: { officeId, timeZone } },
  );

const zoneOf = async (id: string) =>
  (
    await ask(database.dataSource, "query ($id: ID!) { office(id: $id) { timeZone isTimeZoneGuessed } }", {
      variables: { id },
    })
  ).data.office;

test("an office has its guessed zone until an admin sets one, and again after the admin removes it", async () => {
  const { id, name, personioId } = await office({ guessedTimeZone: "Europe/Berlin" });
  expect(await zoneOf(id)).toEqual({ timeZone: "Europe/Berlin", isTimeZoneGuessed: true });

  const { data, errors } = await setZone(id, "Europe/Vienna");
  expect(errors).toBeUndefined();
  const set = { timeZone: "Europe/Vienna", isTimeZoneGuessed: false };
  expect(data.setOfficeTimeZone).toEqual({ id, name, headcount: 0, ...set });
  await inTenant(database.dataSource, TENANT, (manager) =>
    upsertOrg(manager, "offices", [{ personioId, name: "Renamed by a sync" }]),
  );
  expect(await zoneOf(id)).toEqual(set);

  await setZone(id.toUpperCase(), "");
  expect(await zoneOf(id)).toEqual({ timeZone: "Europe/Berlin", isTimeZoneGuessed: true });
});

test("an office without a zone or a guess has null", async () => {
  const { id } = await office();
  expect(await zoneOf(id)).toEqual({ timeZone: null, isTimeZoneGuessed: false });
  await setZone(id, "Asia/Tokyo");
  await setZone(id, "");
  expect(await zoneOf(id)).toEqual({ timeZone: null, isTimeZoneGuessed: false });
});

test("a person is a pre-hire until the hire date begins in the office's zone", async () => {
  const { id } = await office();
  const { id: personId } = await inTenant(database.dataSource, TENANT, (manager) =>
    addPerson(manager, { officeId: id, hireDate: "2026-06-16" }),
  );
  // Noon in UTC, when it is already the 16th in Kiritimati.
  const isPreHire = async () =>
    (
      await ask(database.dataSource, "query ($id: ID!) { person(id: $id) { isPreHire } }", {
        variables: { id: personId },
      })
    ).data.person.isPreHire;
  expect(await isPreHire()).toBe(true);
  await setZone(id, "Pacific/Kiritimati");
  expect(await isPreHire()).toBe(false);
});

test.each(["Europe/Atlantis", "+02:00", " ", "Berlin", "2026", "x".repeat(500)])(
  "setOfficeTimeZone refuses the zone %j and changes nothing",
  async (timeZone) => {
    const { id } = await office({ timeZone: "Europe/Vienna" });
    expect(codeOf(await setZone(id, timeZone))).toBe("BAD_USER_INPUT");
    expect(await zoneOf(id)).toEqual({ timeZone: "Europe/Vienna", isTimeZoneGuessed: false });
  },
);

test("setOfficeTimeZone refuses the id of an unknown office or of another company's", async () => {
  const foreign = await office({}, "other");
  for (const id of [foreign.id, randomUUID(), "nonsense", ""]) {
    expect(codeOf(await setZone(id, "Europe/Vienna"))).toBe("BAD_USER_INPUT");
  }
  const [row] = await inTenant(database.dataSource, "other", (manager) =>
    manager.query<{ time_zone: string | null }[]>("select time_zone from offices where id = $1", [
      foreign.id,
    ]),
  );
  expect(row?.time_zone).toBeNull();
});
