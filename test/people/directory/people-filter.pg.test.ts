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

/** The first names of the people that a filter lists; `totalCount` must agree. */
const listed = async (filter: unknown, tenantId = TENANT) => {
  const { data, errors } = await ask(database.dataSource, PEOPLE, { variables: { filter }, tenantId });
  expect(errors).toBeUndefined();
  const names: string[] = data.people.edges.map(
    (edge: { node: { firstName: string } }) => edge.node.firstName,
  );
  expect(data.people.totalCount).toBe(names.length);
  return names.join(" ");
};

const CURRENT_PEOPLE = "Ada Ben Cleo Dan Fay";

describe("filters of people", () => {
  test("a list without a filter contains all people except leavers", async () => {
    expect(await listed(undefined)).toBe(CURRENT_PEOPLE);
    expect(await listed(null)).toBe(CURRENT_PEOPLE);
    expect(await listed({})).toBe(CURRENT_PEOPLE);
  });

  test("a filter with only nulls has no effect", async () => {
    const conditions = ["search", "statuses", "departmentIds", "officeIds", "legalEntityIds", "supervisorId"];
    const more = ["employmentTypes", "isPreHire", "hiredFrom", "hiredTo"];
    const filter = Object.fromEntries([...conditions, ...more].map((name) => [name, null]));
    expect(await listed(filter)).toBe(CURRENT_PEOPLE);
  });

  test("people of one company never appear in the list of another", async () => {
    expect(await listed({}, "other")).toBe("Foreign");
    expect(await listed({}, "empty")).toBe("");
  });

  test("`statuses` filters by status, and lists leavers only with INACTIVE", async () => {
    expect(await listed({ statuses: ["INACTIVE"] })).toBe("Eve");
    expect(await listed({ statuses: ["LEAVE", "INACTIVE", "ONBOARDING"] })).toBe("Ben Dan Eve");
    expect(await listed({ statuses: [] })).toBe("");
  });

  test("a filter selects by department, office and legal entity", async () => {
    expect(await listed({ departmentIds: [ids.sales] })).toBe("Ada Ben");
    expect(await listed({ departmentIds: [ids.sales, ids.support] })).toBe("Ada Ben Cleo");
    expect(await listed({ officeIds: [ids.oslo.toUpperCase()] })).toBe("Ben");
    expect(await listed({ legalEntityIds: [ids.gmbh] })).toBe("Ada Fay");
    expect(await listed({ departmentIds: [] })).toBe("");
  });

  test("`supervisorId` selects direct reports", async () => {
    expect(await listed({ supervisorId: ids.ada })).toBe("Ben Cleo");
    expect(await listed({ supervisorId: ids.ada, statuses: ["INACTIVE"] })).toBe("Eve");
    expect(await listed({ supervisorId: randomUUID() })).toBe("");
  });

  test("`hasSupervisor` selects people below others, or those at the top", async () => {
    expect(await listed({ hasSupervisor: true })).toBe("Ben Cleo");
    expect(await listed({ hasSupervisor: false })).toBe("Ada Dan Fay");
    expect(await listed({ hasSupervisor: null, supervisorId: ids.ada })).toBe("Ben Cleo");
  });

  test("`employmentTypes` selects by type, and never people without a known type", async () => {
    expect(await listed({ employmentTypes: ["EXTERNAL"] })).toBe("Cleo");
    expect(await listed({ employmentTypes: ["INTERNAL", "EXTERNAL"] })).toBe("Ada Ben Cleo Fay");
  });

  test("`isPreHire` selects people who have not started, or the others", async () => {
    expect(await listed({ isPreHire: true })).toBe("Dan");
    expect(await listed({ isPreHire: false })).toBe("Ada Ben Cleo Fay");
  });

  test("a range of hire dates includes both days, and no person without a hire date", async () => {
    expect(await listed({ hiredFrom: "2020-06-01", hiredTo: "2020-06-01" })).toBe("Ada Ben Cleo");
    expect(await listed({ hiredFrom: "2020-06-02" })).toBe("Dan");
    expect(await listed({ hiredTo: "2020-05-31" })).toBe("");
    expect(await listed({ hiredFrom: "0000-01-01", hiredTo: "9999-12-31" })).toBe("Ada Ben Cleo Dan");
    expect(await listed({ hiredTo: "0000-12-31" })).toBe("");
  });

  test("listed people match every condition", async () => {
    expect(await listed({ departmentIds: [ids.sales], officeIds: [ids.oslo], statuses: ["LEAVE"] })).toBe(
      "Ben",
    );
    expect(await listed({ departmentIds: [ids.sales], officeIds: [ids.oslo], statuses: ["ACTIVE"] })).toBe(
      "",
    );
  });

  test("malformed ids match no person, and other ids in the list still match", async () => {
    expect(await listed({ departmentIds: ["x", "", "1' or '1'='1"] })).toBe("");
    expect(await listed({ departmentIds: ["x", ids.support] })).toBe("Cleo");
    expect(await listed({ supervisorId: "\u0000" })).toBe("");
  });

  test.each([0, -1, 101, 1_000_000])("a page of %i people is refused", async (first) => {
    expect(codeOf(await ask(database.dataSource, PEOPLE, { variables: { first } }))).toBe("BAD_USER_INPUT");
  });

  test.each(["2020-02-30", "20200101", "yesterday"])("the hire date %s is refused", async (day) => {
    const { errors } = await ask(database.dataSource, PEOPLE, { variables: { filter: { hiredFrom: day } } });
    expect(errors?.[0]?.message).toContain("not a valid LocalDate");
  });
});
