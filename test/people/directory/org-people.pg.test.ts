import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addOffice, addPeople } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
let salesId = "";

beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    const sales = await addDepartment(manager, { name: "Sales" });
    const empty = await addDepartment(manager, { name: "Empty" });
    const bonn = await addOffice(manager, { name: "Bonn" });
    salesId = sales.id;
    await addPeople(manager, [
      ...["Eve", "Ann", "Dan", "Cem", "Bob"].map((lastName) => ({ lastName, departmentId: sales.id })),
      { lastName: "Gone", departmentId: sales.id, officeId: bonn.id, status: "INACTIVE" },
      { lastName: "Away", officeId: bonn.id, status: "LEAVE" },
      { lastName: "Soon", officeId: bonn.id, status: "ONBOARDING" },
      { lastName: "Left", departmentId: empty.id, status: "INACTIVE" },
    ]);
  });
});
afterAll(() => database[Symbol.asyncDispose]());

type People = { edges: { node: { lastName: string } }[] };
const namesOf = ({ edges }: People) => edges.map(({ node }) => node.lastName).join(" ");

describe("departments and offices", () => {
  test("count and list the people whom `people` would list, by name", async () => {
    const fields = "name headcount people { totalCount edges { node { lastName } } }";
    const { data } = await ask(database.dataSource, `{ departments { ${fields} } offices { ${fields} } }`);
    const summary = [...data.departments, ...data.offices].map(({ name, headcount, people }) => {
      expect(people.totalCount).toBe(headcount);
      return [name, headcount, namesOf(people)];
    });
    expect(summary).toEqual([
      ["Empty", 0, ""],
      ["Sales", 5, "Ann Bob Cem Dan Eve"],
      ["Bonn", 2, "Away Soon"],
    ]);
  });

  test("take one statement for all pages and one for all counts", async () => {
    const query = "{ departments { headcount people(first: 2) { totalCount edges { node { lastName } } } } }";
    const { result, statements } = await countStatements(database.dataSource, () =>
      ask(database.dataSource, query),
    );
    expect(result.data.departments.map(({ people }: { people: People }) => namesOf(people))).toEqual([
      "",
      "Ann Bob",
    ]);
    expect(statements).toHaveLength(3);
  });

  test("answer each alias of a list with its own page", async () => {
    const query = `query ($id: ID!) { department(id: $id) {
      one: people(first: 1) { edges { node { lastName } } } two: people(first: 2) { edges { node { lastName } } } } }`;
    const { data } = await ask(database.dataSource, query, { variables: { id: salesId } });
    expect([namesOf(data.department.one), namesOf(data.department.two)]).toEqual(["Ann", "Ann Bob"]);
  });
});

describe("the people of a department", () => {
  const PAGE = `query ($id: ID!, $first: Int, $after: String) { department(id: $id) { people(first: $first, after: $after) {
    edges { node { lastName } } pageInfo { hasNextPage endCursor } } } }`;
  const page = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask(database.dataSource, PAGE, {
      variables: { id: salesId, ...variables },
    });
    expect(errors).toBeUndefined();
    return data.department.people;
  };

  test("are read page by page", async () => {
    const first = await page({ first: 2 });
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    const third = await page({ first: 2, after: second.pageInfo.endCursor });
    expect([first, second, third].map(namesOf)).toEqual(["Ann Bob", "Cem Dan", "Eve"]);
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test("are not read with a cursor of another list or by more than a hundred", async () => {
    const { data } = await ask(database.dataSource, "{ people(first: 1) { pageInfo { endCursor } } }");
    const after = data.people.pageInfo.endCursor;
    const variables = { id: salesId, after };
    expect(codeOf(await ask(database.dataSource, PAGE, { variables }))).toBe("BAD_CURSOR");
    const tooMany = { id: salesId, first: 101 };
    expect(codeOf(await ask(database.dataSource, PAGE, { variables: tooMany }))).toBe("BAD_USER_INPUT");
  });
});
