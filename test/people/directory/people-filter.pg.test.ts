import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { addDepartment, addLegalEntity, addOffice, addPerson } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
const ids: Record<"sales" | "support" | "bonn" | "oslo" | "gmbh" | "ada", string> = {
  sales: "",
  support: "",
  bonn: "",
  oslo: "",
  gmbh: "",
  ada: "",
};

beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    ids.sales = (await addDepartment(manager)).id;
    ids.support = (await addDepartment(manager)).id;
    ids.bonn = (await addOffice(manager)).id;
    ids.oslo = (await addOffice(manager)).id;
    ids.gmbh = (await addLegalEntity(manager)).id;
    const named = (firstName: string, fields: Parameters<typeof addPerson>[1]) =>
      addPerson(manager, { firstName, lastName: "X", hireDate: "2020-06-01", ...fields });
    const ada = await named("Ada", { departmentId: ids.sales, officeId: ids.bonn, legalEntityId: ids.gmbh });
    ids.ada = ada.id;
    await named("Ben", {
      departmentId: ids.sales,
      officeId: ids.oslo,
      supervisorId: ada.id,
      status: "LEAVE",
    });
    await named("Cleo", { departmentId: ids.support, employmentType: "EXTERNAL", supervisorId: ada.id });
    await named("Dan", { status: "ONBOARDING", hireDate: "2026-07-01", employmentType: null });
    await named("Eve", {
      status: "INACTIVE",
      departmentId: ids.sales,
      officeId: ids.bonn,
      supervisorId: ada.id,
    });
    await named("Fay", { hireDate: null, legalEntityId: ids.gmbh });
  });
  await inTenant(database.dataSource, "other", (manager) => addPerson(manager, { firstName: "Foreign" }));
});
afterAll(() => database[Symbol.asyncDispose]());

const PEOPLE = `query ($filter: PeopleFilter, $first: Int) {
  people(filter: $filter, first: $first) { totalCount edges { node { firstName } } }
}`;

/** The first names of the people whom a filter lists; `totalCount` has to agree. */
const listed = async (filter: unknown, tenantId = TENANT) => {
  const { data, errors } = await ask(database.dataSource, PEOPLE, { variables: { filter }, tenantId });
  expect(errors).toBeUndefined();
  const names: string[] = data.people.edges.map(
    (edge: { node: { firstName: string } }) => edge.node.firstName,
  );
  expect(data.people.totalCount).toBe(names.length);
  return names.join(" ");
};

const EVERYBODY_HERE = "Ada Ben Cleo Dan Fay";

describe("people", () => {
  test("are everybody but leavers when nobody says otherwise", async () => {
    expect(await listed(undefined)).toBe(EVERYBODY_HERE);
    expect(await listed(null)).toBe(EVERYBODY_HERE);
    expect(await listed({})).toBe(EVERYBODY_HERE);
  });

  test("are all who are here when every condition is null", async () => {
    const conditions = ["search", "statuses", "departmentIds", "officeIds", "legalEntityIds", "supervisorId"];
    const more = ["employmentTypes", "isPreHire", "hiredFrom", "hiredTo"];
    const filter = Object.fromEntries([...conditions, ...more].map((name) => [name, null]));
    expect(await listed(filter)).toBe(EVERYBODY_HERE);
  });

  test("of one company never show up in another's list", async () => {
    expect(await listed({}, "other")).toBe("Foreign");
    expect(await listed({}, "empty")).toBe("");
  });

  test("are filtered by status, leavers only when asked for", async () => {
    expect(await listed({ statuses: ["INACTIVE"] })).toBe("Eve");
    expect(await listed({ statuses: ["LEAVE", "INACTIVE", "ONBOARDING"] })).toBe("Ben Dan Eve");
    expect(await listed({ statuses: [] })).toBe("");
  });

  test("are filtered by department, office and legal entity", async () => {
    expect(await listed({ departmentIds: [ids.sales] })).toBe("Ada Ben");
    expect(await listed({ departmentIds: [ids.sales, ids.support] })).toBe("Ada Ben Cleo");
    expect(await listed({ officeIds: [ids.oslo.toUpperCase()] })).toBe("Ben");
    expect(await listed({ legalEntityIds: [ids.gmbh] })).toBe("Ada Fay");
    expect(await listed({ departmentIds: [] })).toBe("");
  });

  test("are filtered by direct supervisor", async () => {
    expect(await listed({ supervisorId: ids.ada })).toBe("Ben Cleo");
    expect(await listed({ supervisorId: ids.ada, statuses: ["INACTIVE"] })).toBe("Eve");
    expect(await listed({ supervisorId: randomUUID() })).toBe("");
  });

  test("are filtered by employment type; an unknown type is neither", async () => {
    expect(await listed({ employmentTypes: ["EXTERNAL"] })).toBe("Cleo");
    expect(await listed({ employmentTypes: ["INTERNAL", "EXTERNAL"] })).toBe("Ada Ben Cleo Fay");
  });

  test("are filtered by whether they have yet to start", async () => {
    expect(await listed({ isPreHire: true })).toBe("Dan");
    expect(await listed({ isPreHire: false })).toBe("Ada Ben Cleo Fay");
  });

  test("are filtered by hire date, both days included; no hire date is in no range", async () => {
    expect(await listed({ hiredFrom: "2020-06-01", hiredTo: "2020-06-01" })).toBe("Ada Ben Cleo");
    expect(await listed({ hiredFrom: "2020-06-02" })).toBe("Dan");
    expect(await listed({ hiredTo: "2020-05-31" })).toBe("");
    expect(await listed({ hiredFrom: "0000-01-01", hiredTo: "9999-12-31" })).toBe("Ada Ben Cleo Dan");
    expect(await listed({ hiredTo: "0000-12-31" })).toBe("");
  });

  test("must meet every condition", async () => {
    expect(await listed({ departmentIds: [ids.sales], officeIds: [ids.oslo], statuses: ["LEAVE"] })).toBe(
      "Ben",
    );
    expect(await listed({ departmentIds: [ids.sales], officeIds: [ids.oslo], statuses: ["ACTIVE"] })).toBe(
      "",
    );
  });

  test("are nobody for ids that are malformed, and the others count as ever", async () => {
    expect(await listed({ departmentIds: ["x", "", "1' or '1'='1"] })).toBe("");
    expect(await listed({ departmentIds: ["x", ids.support] })).toBe("Cleo");
    expect(await listed({ supervisorId: "\u0000" })).toBe("");
  });

  test.each([0, -1, 101, 1_000_000])("come in no page of %i", async (first) => {
    expect(codeOf(await ask(database.dataSource, PEOPLE, { variables: { first } }))).toBe("BAD_USER_INPUT");
  });

  test.each(["2020-02-30", "20200101", "yesterday"])("cannot be hired on %s", async (day) => {
    const { errors } = await ask(database.dataSource, PEOPLE, { variables: { filter: { hiredFrom: day } } });
    expect(errors?.[0]?.message).toContain("not a valid LocalDate");
  });
});
