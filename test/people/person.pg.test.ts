import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { resolvePersonReference, resolveSupervisorReference } from "../../src/people/person.reference.ts";
import { countStatements } from "../support/count-statements.ts";
import {
  addCustomAttribute,
  addDepartment,
  addLegalEntity,
  addOffice,
  addPerson,
} from "../support/factories.ts";
import { ask, codeOf, createReadContext, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const add = (fields: Parameters<typeof addPerson>[1], tenantId = TENANT) =>
  inTenant(database.dataSource, tenantId, (manager) => addPerson(manager, fields));

const BY_ID = "query ($id: ID) { person(id: $id) { id } }";
const BY_EMAIL = "query ($workEmail: EmailAddress) { person(workEmail: $workEmail) { id } }";

const idBy = async (query: string, variables: Record<string, unknown>, tenantId = TENANT) => {
  const { data, errors } = await ask(database.dataSource, query, { variables, tenantId });
  expect(errors).toBeUndefined();
  return data.person?.id ?? null;
};

describe("the query person", () => {
  test("a person is found by id, in either case", async () => {
    const { id } = await add({});
    expect(await idBy(BY_ID, { id })).toBe(id);
    expect(await idBy(BY_ID, { id: id.toUpperCase() })).toBe(id);
  });

  test("a person is found by work email, in any case and with blanks around it", async () => {
    const { id } = await add({ workEmail: "zoë@example.com" });
    expect(await idBy(BY_EMAIL, { workEmail: " ZOE\u0308@Example.com " })).toBe(id);
  });

  test("an id that is unknown, malformed or of another company returns null", async () => {
    const { id } = await add({}, "other");
    expect(await idBy(BY_ID, { id })).toBeNull();
    expect(await idBy(BY_ID, { id: randomUUID() })).toBeNull();
    expect(await idBy(BY_ID, { id: "1; drop table people" })).toBeNull();
    expect(await idBy(BY_ID, { id: "" })).toBeNull();
    expect(await idBy(BY_ID, { id }, "other")).toBe(id);
  });

  test("an email that is unknown or of another company returns null", async () => {
    await add({ workEmail: "foreign@example.com" }, "other");
    expect(await idBy(BY_EMAIL, { workEmail: "foreign@example.com" })).toBeNull();
    expect(await idBy(BY_EMAIL, { workEmail: "nobody@example.com" })).toBeNull();
  });

  test.each([
    ["neither argument", "{ person { id } }"],
    ["null for both", "{ person(id: null, workEmail: null) { id } }"],
    ["both arguments", '{ person(id: "1", workEmail: "a@example.com") { id } }'],
  ])("the query with %s is refused", async (_, query) => {
    expect(codeOf(await ask(database.dataSource, query))).toBe("BAD_USER_INPUT");
  });

  test("the query takes one argument and null for the other", async () => {
    const { id } = await add({ workEmail: "one-of-two@example.com" });
    const query =
      "query ($workEmail: EmailAddress, $id: ID) { person(workEmail: $workEmail, id: $id) { id } }";
    expect(await idBy(query, { workEmail: "one-of-two@example.com", id: null })).toBe(id);
  });
});

describe("a look-up by email", () => {
  test("the email of a leaver finds the leaver until another person has it", async () => {
    const leaver = await add({ workEmail: "handed-on@example.com", status: "INACTIVE" });
    expect(await idBy(BY_EMAIL, { workEmail: "handed-on@example.com" })).toBe(leaver.id);
    const successor = await add({ workEmail: "handed-on@example.com", status: "ONBOARDING" });
    expect(await idBy(BY_EMAIL, { workEmail: "handed-on@example.com" })).toBe(successor.id);
  });

  test("the email of several leavers finds the one who left last", async () => {
    const leaver = { workEmail: "twice-left@example.com", status: "INACTIVE" } as const;
    await add({ ...leaver, terminationDate: "2019-12-31" });
    const last = await add({ ...leaver, terminationDate: "2023-03-31" });
    await add({ ...leaver, terminationDate: null });
    expect(await idBy(BY_EMAIL, { workEmail: "twice-left@example.com" })).toBe(last.id);
  });
});

describe("references to people", () => {
  const resolve = async (references: Record<string, unknown>[]) => {
    await using request = createReadContext(database.dataSource);
    const { result, statements } = await countStatements(database.dataSource, () =>
      Promise.all(references.map((reference) => resolvePersonReference(reference, request.context))),
    );
    return { ids: result.map((person) => person?.id ?? null), statements };
  };

  test("references by id or by email are resolved in one batch per kind, in order", async () => {
    const people = [await add({}), await add({}), await add({})];
    const [first, second, third] = people.map(({ id }) => id);
    const byId = await resolve([
      { id: third },
      { id: first },
      { id: randomUUID() },
      { id: second },
      { id: first },
    ]);
    expect(byId.ids).toEqual([third, first, null, second, first]);
    expect(byId.statements).toHaveLength(1);

    const [email, other] = people.map(({ workEmail }) => workEmail?.toUpperCase());
    const byEmail = await resolve([
      { workEmail: other },
      { workEmail: "no@example.com" },
      { workEmail: email },
    ]);
    expect(byEmail.ids).toEqual([second, null, first]);
    expect(byEmail.statements).toHaveLength(1);
  });

  test("a malformed reference is null and causes no statement", async () => {
    const malformed = [undefined, null, 12, "12", "__proto__", {}, ["x"], { id: "x" }, "\u0000"];
    const keys = malformed.flatMap((value) => [{ id: value }, { workEmail: value }]);
    const { ids, statements } = await resolve([{}, ...keys]);
    expect(new Set(ids)).toEqual(new Set([null]));
    expect(statements).toEqual([]);
  });

  test("a reference to a person of another company is null", async () => {
    const foreign = await add({ workEmail: "theirs@example.com" }, "other");
    const { ids } = await resolve([{ id: foreign.id }, { workEmail: foreign.workEmail }]);
    expect(ids).toEqual([null, null]);
  });

  test("a reference to a supervisor finds any person by id", async () => {
    const { id, displayName } = await add({});
    await using request = createReadContext(database.dataSource);
    expect(await resolveSupervisorReference({ id }, request.context)).toMatchObject({ displayName });
    expect(await resolveSupervisorReference({ id: "?" }, request.context)).toBeNull();
  });
});

describe("the fields of a person", () => {
  const read = async (id: string, fields: string, now?: Date) => {
    const query = `query ($id: ID) { person(id: $id) { ${fields} } }`;
    const { data, errors } = await ask(database.dataSource, query, {
      variables: { id },
      ...(now && { now }),
    });
    expect(errors).toBeUndefined();
    return data.person;
  };

  test("the fields contain the stored values", async () => {
    const stored = {
      workEmail: "müller@firma.de_ab12c",
      personioId: "90071992547409931",
      employeeId: "0042",
      firstName: "Zoë",
      lastName: "Müller",
      displayName: "Zo",
      position: "Nurse",
      subCompany: "North",
      costCenter: "CC-7 Care",
      team: "Night shift",
      status: "LEAVE",
      employmentType: "EXTERNAL",
      hireDate: "2021-03-28",
      originalHireDate: "2015-10-25",
      probationEndDate: "2021-09-28",
      contractEndDate: "2029-12-31",
      terminationDate: "2028-02-29",
      dateOfBirth: "1980-02-29",
    } as const;
    const { id } = await add(stored);
    const served = await read(id, `${Object.keys(stored).join(" ")} birthday`);
    expect(served).toEqual({ ...stored, birthday: "02-29" });
  });

  test("fields without a stored value are null", async () => {
    const { id } = await add({ hireDate: null, employmentType: null });
    const fields =
      "hireDate birthday dateOfBirth employmentType department { id } office { id } legalEntity { id }";
    expect(Object.values(await read(id, `${fields} supervisor { id }`))).toEqual(Array(8).fill(null));
  });

  test("a person has department, office and legal entity", async () => {
    const { id } = await inTenant(database.dataSource, TENANT, async (manager) =>
      addPerson(manager, {
        departmentId: (await addDepartment(manager, { name: "Sales" })).id,
        officeId: (await addOffice(manager, { name: "Wien", timeZone: "Europe/Vienna" })).id,
        legalEntityId: (await addLegalEntity(manager, { name: "Acme GmbH" })).id,
      }),
    );
    expect(await read(id, "department { name } office { name timeZone } legalEntity { name }")).toEqual({
      department: { name: "Sales" },
      office: { name: "Wien", timeZone: "Europe/Vienna" },
      legalEntity: { name: "Acme GmbH" },
    });
  });

  test("custom attributes with a definition are listed by label, each as the JSON of its type", async () => {
    const { id } = await inTenant(database.dataSource, TENANT, async (manager) => {
      await addCustomAttribute(manager, { key: "dynamic_1", label: "Übernahme", type: "DATE" });
      await addCustomAttribute(manager, { key: "dynamic_2", label: "Shirt size", type: "LIST" });
      await addCustomAttribute(manager, { key: "dynamic_3", label: "Languages", type: "TAGS" });
      await addCustomAttribute(manager, { key: "dynamic_4", label: "Weekly hours", type: "NUMBER" });
      await addCustomAttribute(manager, { key: "dynamic_5", label: "Not of this person", type: "TEXT" });
      return addPerson(manager, {
        customAttributes: {
          dynamic_1: "2024-01-01",
          dynamic_2: null,
          dynamic_3: ["de", "en"],
          dynamic_4: 38.5,
          dynamic_9: "without a definition",
        },
      });
    });
    const { customAttributes } = await read(id, "customAttributes { key label type value }");
    expect(customAttributes).toEqual([
      { key: "dynamic_3", label: "Languages", type: "TAGS", value: ["de", "en"] },
      { key: "dynamic_2", label: "Shirt size", type: "LIST", value: null },
      { key: "dynamic_1", label: "Übernahme", type: "DATE", value: "2024-01-01" },
      { key: "dynamic_4", label: "Weekly hours", type: "NUMBER", value: 38.5 },
    ]);
  });

  test("any number of people takes one statement per type", async () => {
    await inTenant(database.dataSource, "crowd", async (manager) => {
      await addCustomAttribute(manager, { key: "a", label: "A", type: "TEXT" });
      for (let index = 0; index < 5; index++) {
        await addPerson(manager, {
          departmentId: (await addDepartment(manager)).id,
          officeId: (await addOffice(manager)).id,
          legalEntityId: (await addLegalEntity(manager)).id,
          customAttributes: { a: `${index}` },
        });
      }
    });
    const query = `{ people { edges { node {
      isPreHire customAttributes { value } department { name headcount } office { name headcount } legalEntity { name } } } } }`;
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, query, { tenantId: "crowd", looksAhead: false }),
    );
    expect(result.data.people.edges).toHaveLength(5);
    expect(statements.map((statement) => /\/\* (\S+) /.exec(statement)?.[1]).sort()).toEqual([
      "org.findDepartmentsByIds",
      "org.findLegalEntitiesByIds",
      "org.findOfficesByIds",
      "people.countMembers",
      "people.countMembers",
      "people.findCustomAttributes",
      "people.findPeoplePage",
      "people.findPreHires",
    ]);
  });
});

describe("pre-hires", () => {
  const isPreHire = async (id: string, now: string, tenantId = TENANT) => {
    const query =
      "query ($id: ID, $yes: Boolean) { person(id: $id) { isPreHire } people(filter: { isPreHire: $yes }) { edges { node { id } } } }";
    const answers = await Promise.all(
      [true, false].map((yes) =>
        ask(database.dataSource, query, { variables: { id, yes }, now: new Date(now), tenantId }),
      ),
    );
    const [listedAs, listedAsNot] = answers.map(({ data }) =>
      data.people.edges.some((edge: { node: { id: string } }) => edge.node.id === id),
    );
    // The filter and the field agree.
    expect([listedAs, listedAsNot]).toEqual([
      answers[0]?.data.person.isPreHire,
      !answers[0]?.data.person.isPreHire,
    ]);
    return listedAs;
  };

  test("a person with the status ONBOARDING is a pre-hire, whatever the date", async () => {
    expect(
      await isPreHire((await add({ status: "ONBOARDING", hireDate: null })).id, "2026-06-15T12:00Z"),
    ).toBe(true);
    expect(
      await isPreHire((await add({ status: "ONBOARDING", hireDate: "2020-01-01" })).id, "2026-06-15T12:00Z"),
    ).toBe(true);
  });

  test("a person with another status and no hire date is not a pre-hire", async () => {
    expect(await isPreHire((await add({ hireDate: null })).id, "2026-06-15T12:00Z")).toBe(false);
  });

  test("a person is a pre-hire until the hire date begins in the office's zone", async () => {
    const startingAt = async (timeZone: string | null) =>
      inTenant(database.dataSource, TENANT, async (manager) => {
        const { id: officeId } = await addOffice(manager, { timeZone });
        return (await addPerson(manager, { officeId, hireDate: "2026-06-16" })).id;
      });
    const auckland = await startingAt("Pacific/Auckland");
    expect(await isPreHire(auckland, "2026-06-15T11:59Z")).toBe(true);
    expect(await isPreHire(auckland, "2026-06-15T12:00Z")).toBe(false);
    const honolulu = await startingAt("Pacific/Honolulu");
    expect(await isPreHire(honolulu, "2026-06-16T09:59Z")).toBe(true);
    expect(await isPreHire(honolulu, "2026-06-16T10:00Z")).toBe(false);
    const utc = await startingAt(null);
    expect(await isPreHire(utc, "2026-06-15T23:59Z")).toBe(true);
    expect(await isPreHire(utc, "2026-06-16T00:00Z")).toBe(false);
  });

  test("a person without an office zone starts by the company's zone", async () => {
    const id = await inTenant(database.dataSource, "zoned", async (manager) => {
      const person = await addPerson(manager, { hireDate: "2026-06-16" });
      await manager.query("update tenants set time_zone = 'Asia/Tokyo'");
      return person.id;
    });
    expect(await isPreHire(id, "2026-06-15T14:59Z", "zoned")).toBe(true);
    expect(await isPreHire(id, "2026-06-15T15:00Z", "zoned")).toBe(false);
  });
});
