import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { administratorOfDefault, type Viewer } from "../../src/access/viewer.ts";
import { inTenant } from "../../src/database/transaction.ts";
import type { Person } from "../../src/people/person.ts";
import { countStatements } from "../support/count-statements.ts";
import {
  addCustomAttribute,
  addDepartment,
  addLegalEntity,
  addPerson,
  addTenant,
} from "../support/factories.ts";
import { ask, codeOf, TENANT } from "../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { viewerWith } from "../support/viewers.ts";

let database: TestDatabase;
let boss: { id: string };
let ada: { id: string };
let departmentId: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    await addTenant(manager);
    await addCustomAttribute(manager, { key: "shirt", label: "Shirt", type: "TEXT" });
    departmentId = (await addDepartment(manager, { name: "Research" })).id;
    boss = await addPerson(manager, {
      firstName: "Bo",
      workEmail: "bo@example.com",
      dateOfBirth: "1970-01-01",
    });
    ada = await addPerson(manager, {
      firstName: "Ada",
      workEmail: "ada@example.com",
      dateOfBirth: "1990-06-21",
      terminationDate: "2027-01-31",
      supervisorId: boss.id,
      departmentId,
      customAttributes: { shirt: "M" },
    });
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const add = (fields: Partial<Person>, tenantId = TENANT) =>
  inTenant(database.dataSource, tenantId, (manager) => addPerson(manager, fields));
const as = (viewer: Partial<Viewer>, query: string) => ask(database.dataSource, query, { viewer });
const anEmployee: Partial<Viewer> = { ...viewerWith(), tenantId: TENANT, email: "Ada@Example.com" };
const idOf = async (viewer: Partial<Viewer>): Promise<string | null> => {
  const { data, errors } = await as(viewer, "{ me { person { id } } }");
  expect(errors).toBeUndefined();
  return data.me.person?.id ?? null;
};

describe("me", () => {
  test("a viewer sees their identity and their scopes, in alphabetical order", async () => {
    const expiresAt = new Date("2026-06-15T12:15:00Z");
    const viewer = { ...viewerWith("people:read", "people:admin"), tenantId: TENANT, expiresAt };
    const { data } = await as(
      viewer,
      "{ me { tenantId subject email scopes signInExpiresAt authIsOff person { id } } }",
    );
    expect(data.me).toEqual({
      tenantId: TENANT,
      subject: "ada",
      email: null,
      scopes: ["people:admin", "people:read"],
      signInExpiresAt: expiresAt,
      authIsOff: false,
      person: null,
    });
  });

  test("while AUTH=off, the viewer is the administrator with every scope", async () => {
    const { data } = await as(administratorOfDefault, "{ me { subject scopes signInExpiresAt authIsOff } }");
    expect(data.me).toEqual({
      subject: "administrator",
      scopes: ["people:admin", "people:hr", "people:read", "people:sensitive"],
      signInExpiresAt: null,
      authIsOff: true,
    });
  });

  test("the own record is the person with the viewer's address, in any case", async () => {
    expect(await idOf(anEmployee)).toBe(ada.id);
    expect(await idOf({ ...anEmployee, email: null })).toBeNull();
    expect(await idOf({ ...anEmployee, email: "no address" })).toBeNull();
  });

  test("a leaver, a former address and a person of another company are not the viewer's own record", async () => {
    await add({ workEmail: "gone@example.com", status: "INACTIVE" });
    await add({ workEmail: "theirs@example.com" }, "other");
    const renamed = await add({ workEmail: "new-name@example.com" });
    await inTenant(database.dataSource, TENANT, (manager) =>
      manager.query(
        "insert into former_emails (tenant_id, person_id, email, until) values (current_setting('app.tenant'), $1, $2, now())",
        [renamed.id, "old-name@example.com"],
      ),
    );
    const emails = ["gone@example.com", "theirs@example.com", "old-name@example.com"];
    for (const email of emails) expect(await idOf({ ...anEmployee, email }), email).toBeNull();
  });
});

describe("the own record without any scope", () => {
  test("the record shows all its fields and its custom attributes", async () => {
    const { data, errors } = await as(
      anEmployee,
      "{ me { person { displayName dateOfBirth birthday terminationDate isPreHire customAttributes { label value } } } }",
    );
    expect(errors).toBeUndefined();
    expect(data.me.person).toMatchObject({
      dateOfBirth: "1990-06-21",
      birthday: "06-21",
      terminationDate: "2027-01-31",
      isPreHire: false,
      customAttributes: [{ label: "Shirt", value: "M" }],
    });
  });

  test.each([
    "supervisor { displayName }",
    "department { name people { totalCount } }",
    "reportingChain { id }",
    "directReports { totalCount }",
    "approver { outcome }",
  ])("the records that it leads to are FORBIDDEN and read no data: %s", async (selection) => {
    const { result, statements } = await countStatements(database.dataSource, () =>
      as(anEmployee, `{ me { person { id ${selection} } } }`),
    );
    expect(result.errors?.map(({ path }) => path)).toEqual([["me", "person", selection.split(" ")[0]]]);
    expect(codeOf(result)).toBe("FORBIDDEN");
    expect(statements).toHaveLength(1);
  });

  test("the same person, or another one, elsewhere in the answer shows none of the guarded fields", async () => {
    const { data, errors } = await as(
      { ...anEmployee, scopes: new Set(["people:read"]) },
      `{ me { person { dateOfBirth supervisor { person { dateOfBirth directReports { nodes { id terminationDate } } } } } }
         person(workEmail: "ada@example.com") { dateOfBirth } }`,
    );
    expect(data).toEqual({
      me: {
        person: {
          dateOfBirth: "1990-06-21",
          supervisor: {
            person: { dateOfBirth: null, directReports: { nodes: [{ id: ada.id, terminationDate: null }] } },
          },
        },
      },
      person: { dateOfBirth: null },
    });
    expect(errors).toHaveLength(3);
  });
});

describe("a viewer without people:read", () => {
  test("a forbidden field reads no data", async () => {
    const { result, statements } = await countStatements(database.dataSource, () =>
      as(
        { ...anEmployee, scopes: new Set(["people:hr", "people:admin"]) },
        "{ people { totalCount nodes { id } } }",
      ),
    );
    expect(codeOf(result)).toBe("FORBIDDEN");
    expect(result.data).toBeNull();
    expect(statements).toEqual([]);
  });

  test("people:admin shows the settings, but not the people in them", async () => {
    const settings = `mutation { setFallbackApprover(personId: "${boss.id}") { timeZone } }`;
    const admin = { ...viewerWith("people:admin"), tenantId: TENANT };
    expect((await as(admin, settings)).errors).toBeUndefined();
    const { data, errors } = await as(
      admin,
      "{ peopleSettings { timeZone fallbackApprovers { person { id } } } }",
    );
    expect(data).toBeNull();
    expect(errors?.map(({ message, path }) => [message, path])).toEqual([
      [
        "`FallbackApprover.person` needs the scope `people:read`.",
        ["peopleSettings", "fallbackApprovers", 0, "person"],
      ],
    ]);
  });
});

describe("one legal entity and one supervisor", () => {
  test("each is found by id", async () => {
    const entity = await inTenant(database.dataSource, TENANT, (manager) =>
      addLegalEntity(manager, { name: "ACME Ltd." }),
    );
    const query = `{ legalEntity(id: "${entity.id}") { name } supervisor(id: "${boss.id}") { directReportCount person { firstName } } }`;
    expect((await as({}, query)).data).toEqual({
      legalEntity: { name: "ACME Ltd." },
      supervisor: { directReportCount: 1, person: { firstName: "Bo" } },
    });
  });

  test("E3: an id of another company, an unknown one and no id at all have the same answer", async () => {
    const foreign = await add({}, "other");
    const entity = await inTenant(database.dataSource, "other", (manager) => addLegalEntity(manager, {}));
    for (const id of [foreign.id, entity.id, randomUUID(), "no id"]) {
      const answer = await as({}, `{ legalEntity(id: "${id}") { name } supervisor(id: "${id}") { id } }`);
      expect(answer).toEqual({ data: { legalEntity: null, supervisor: null } });
    }
  });
});
