import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addLegalEntity, addOffice, addPeople } from "../../support/factories.ts";
import { LOOKS_AHEAD } from "../../support/looks-ahead.ts";
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

describe("people of departments and offices", () => {
  test("a department or office counts and lists the same people as `people`, by name", async () => {
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

  test("the pages of all departments take one statement, and so do the counts", async () => {
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

  test("each alias of a list has its own page", async () => {
    const query = `query ($id: ID!) { department(id: $id) {
      one: people(first: 1) { edges { node { lastName } } } two: people(first: 2) { edges { node { lastName } } } } }`;
    const { data } = await ask(database.dataSource, query, { variables: { id: salesId } });
    expect([namesOf(data.department.one), namesOf(data.department.two)]).toEqual(["Ann", "Ann Bob"]);
  });
});

describe("pages of a department", () => {
  const PAGE = `query ($id: ID!, $first: Int, $after: String) { department(id: $id) { people(first: $first, after: $after) {
    edges { node { lastName } } pageInfo { hasNextPage endCursor } } } }`;
  const page = async (variables: Record<string, unknown>) => {
    const { data, errors } = await ask(database.dataSource, PAGE, {
      variables: { id: salesId, ...variables },
    });
    expect(errors).toBeUndefined();
    return data.department.people;
  };

  test("people of a department can be read page by page", async () => {
    const first = await page({ first: 2 });
    const second = await page({ first: 2, after: first.pageInfo.endCursor });
    const third = await page({ first: 2, after: second.pageInfo.endCursor });
    expect([first, second, third].map(namesOf)).toEqual(["Ann Bob", "Cem Dan", "Eve"]);
    expect(third.pageInfo.hasNextPage).toBe(false);
  });

  test("a department refuses a cursor of another list, and pages over a hundred", async () => {
    const { data } = await ask(database.dataSource, "{ people(first: 1) { pageInfo { endCursor } } }");
    const after = data.people.pageInfo.endCursor;
    const variables = { id: salesId, after };
    expect(codeOf(await ask(database.dataSource, PAGE, { variables }))).toBe("BAD_CURSOR");
    const tooMany = { id: salesId, first: 101 };
    expect(codeOf(await ask(database.dataSource, PAGE, { variables: tooMany }))).toBe("BAD_USER_INPUT");
  });
});

describe("filter and order of the people of departments, offices and legal entities", () => {
  const tenantId = "ordered";
  const askHere = (query: string, variables = {}) => ask(database.dataSource, query, { tenantId, variables });

  beforeAll(async () => {
    await inTenant(database.dataSource, tenantId, async (manager) => {
      const [sales, support] = [
        await addDepartment(manager, { name: "Sales" }),
        await addDepartment(manager, { name: "Support" }),
      ];
      const [bonn, oslo] = [
        await addOffice(manager, { name: "Bonn" }),
        await addOffice(manager, { name: "Oslo" }),
      ];
      const gmbh = await addLegalEntity(manager, { name: "GmbH" });
      await addLegalEntity(manager, { name: "Without people" });
      const [inSales, inSupport] = [{ departmentId: sales.id }, { departmentId: support.id }];
      const people = [
        { lastName: "Ann", ...inSales, officeId: bonn.id, hireDate: "2022-01-01", position: "Engineer" },
        { lastName: "Bob", ...inSales, officeId: oslo.id, hireDate: "2020-01-01", position: "Nurse" },
        { lastName: "Cem", ...inSales, officeId: null, hireDate: null, position: "Engineer" },
        { lastName: "Dan", ...inSupport, officeId: bonn.id, hireDate: "2021-01-01", position: "Engineer" },
        { lastName: "Eve", ...inSupport, officeId: oslo.id, hireDate: "2019-01-01", position: "Nurse" },
        {
          lastName: "Fay",
          ...inSupport,
          officeId: oslo.id,
          hireDate: "2018-01-01",
          status: "INACTIVE" as const,
        },
        { lastName: "Gus", departmentId: null, officeId: oslo.id, hireDate: "2023-01-01", position: "Nurse" },
      ];
      await addPeople(
        manager,
        people.map((person) => ({ ...person, legalEntityId: gmbh.id })),
      );
    });
  });

  type Group = { name: string; people: { totalCount: number; nodes: { lastName: string }[] } };
  const GROUPS = ["departments", "offices", "legalEntities"] as const;
  const ARGUMENTS = "$filter: PeopleFilter, $orderBy: PeopleOrder, $first: Int, $after: String";
  const PEOPLE = `people(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { lastName } edges { cursor node { lastName } } pageInfo { hasNextPage endCursor } }`;

  const listed = async (variables: object) => {
    const fields = GROUPS.map((groups) => `${groups} { name ${PEOPLE} }`).join(" ");
    const { data, errors } = await askHere(`query (${ARGUMENTS}) { ${fields} }`, variables);
    expect(errors).toBeUndefined();
    return Object.fromEntries(
      GROUPS.flatMap((groups) => data[groups]).map(({ name, people }: Group) => {
        expect(people.totalCount).toBe(people.nodes.length);
        return [name, people.nodes.map(({ lastName }) => lastName).join(" ")];
      }),
    );
  };

  test("a list without arguments contains all who have not left, by name", async () => {
    expect(await listed({})).toEqual({
      Sales: "Ann Bob Cem",
      Support: "Dan Eve",
      Bonn: "Ann Dan",
      Oslo: "Bob Eve Gus",
      GmbH: "Ann Bob Cem Dan Eve Gus",
      "Without people": "",
    });
  });

  test("filters work as in `people`", async () => {
    expect(await listed({ filter: { search: "nurse", hiredFrom: "2020-01-01" } })).toEqual({
      Sales: "Bob",
      Support: "",
      Bonn: "",
      Oslo: "Bob Gus",
      GmbH: "Bob Gus",
      "Without people": "",
    });
    expect(await listed({ filter: { statuses: ["INACTIVE"] } })).toMatchObject({
      Support: "Fay",
      Sales: "",
      GmbH: "Fay",
    });
  });

  test("look-ups find leavers too", async () => {
    const { data } = await askHere(
      "{ people(filter: { statuses: [ACTIVE, INACTIVE] }) { nodes { id lastName } } }",
    );
    const ids = data.people.nodes
      .filter(({ lastName }: { lastName: string }) => ["Ann", "Fay", "Gus"].includes(lastName))
      .map(({ id }: { id: string }) => id);
    expect(await listed({ filter: { ids } })).toEqual({
      Sales: "Ann",
      Support: "Fay",
      Bonn: "Ann",
      Oslo: "Fay Gus",
      GmbH: "Ann Fay Gus",
      "Without people": "",
    });
  });

  test.each([
    ["HIRE_DATE", "ASC", "Bob Ann Cem", "Eve Bob Dan Ann Gus Cem"],
    ["HIRE_DATE", "DESC", "Ann Bob Cem", "Gus Ann Dan Bob Eve Cem"],
    ["DEPARTMENT", "ASC", "Ann Bob Cem", "Ann Bob Cem Dan Eve Gus"],
    ["DEPARTMENT", "DESC", "Cem Bob Ann", "Eve Dan Cem Bob Ann Gus"],
    ["OFFICE", "ASC", "Ann Bob Cem", "Ann Dan Bob Eve Gus Cem"],
    ["OFFICE", "DESC", "Bob Ann Cem", "Gus Eve Bob Dan Ann Cem"],
    ["NAME", "DESC", "Cem Bob Ann", "Gus Eve Dan Cem Bob Ann"],
  ])(
    "people are sorted by %s %s, in all groups at once and in a single one, page by page",
    async (field, direction, sales, all) => {
      const orderBy = { field, direction };
      expect(await listed({ orderBy })).toMatchObject({ Sales: sales, GmbH: all });

      // One group alone, page by page: by the query and by the filter of `people`. Both must agree.
      const { data } = await askHere("{ departments { id name } offices { id name } }");
      const groups = [...data.departments.map(inDepartment), ...data.offices.map(inOffice)];
      for (const { field: group, filter } of groups) {
        const whole = await askHere(`query (${ARGUMENTS}) { ${PEOPLE} }`, { orderBy, filter });
        const names: string[] = [];
        for (let after: string | null = null, more = true; more; ) {
          const answer = await askHere(`query (${ARGUMENTS}) { group: ${group} { ${PEOPLE} } }`, {
            orderBy,
            first: 1,
            after,
          });
          expect(answer.errors).toBeUndefined();
          const { nodes, pageInfo } = answer.data.group.people;
          names.push(...nodes.map(({ lastName }: { lastName: string }) => lastName));
          after = pageInfo.endCursor;
          more = pageInfo.hasNextPage;
        }
        expect(names).toEqual(whole.data.people.nodes.map(({ lastName }: { lastName: string }) => lastName));
      }
    },
  );

  const inDepartment = ({ id }: { id: string }) => ({
    field: `department(id: "${id}")`,
    filter: { departmentIds: [id] },
  });
  const inOffice = ({ id }: { id: string }) => ({
    field: `office(id: "${id}")`,
    filter: { officeIds: [id] },
  });

  test("one cursor pages all groups at once, also in an order other than by name", async () => {
    const orderBy = { field: "HIRE_DATE", direction: "ASC" };
    const query = `query (${ARGUMENTS}) { departments { ${PEOPLE} } }`;
    const first = await askHere(query, { orderBy, first: 1 });
    expect(first.data.departments.map(({ people }: Group) => people.nodes[0]?.lastName)).toEqual([
      "Bob",
      "Eve",
    ]);
    // Bob's position: 2020-01-01.
    const after = first.data.departments[0].people.pageInfo.endCursor;
    const { data } = await askHere(query, { orderBy, after });
    const names = data.departments.map(({ people }: Group) =>
      people.nodes.map(({ lastName }) => lastName).join(" "),
    );
    expect(names).toEqual(["Ann Cem", "Dan"]);
  });

  test("all groups of a type take one statement for the pages and one for the counts", async () => {
    const query = (groups: string) => `query (${ARGUMENTS}) { ${groups} { ${PEOPLE} } }`;
    for (const variables of [
      {},
      { filter: { search: "engineer" }, orderBy: { field: "HIRE_DATE", direction: "DESC" } },
      { filter: { isPreHire: false, personioIds: ["1"] } },
    ]) {
      for (const groups of GROUPS) {
        const { statements } = await countStatements(database.dataSource, () =>
          askHere(query(groups), variables),
        );
        expect(statements).toHaveLength(3);
      }
    }
    const people = `query (${ARGUMENTS}) { list: people { nodes { legalEntity { ${PEOPLE} } department { ${PEOPLE} } } } }`;
    const { statements } = await countStatements(database.dataSource, () =>
      askHere(people, { filter: { search: "e" }, orderBy: { field: "OFFICE", direction: "ASC" } }),
    );
    // The page, and for legal entities and departments each: their pages, their counts, and without
    // look-ahead their rows.
    expect(statements).toHaveLength(LOOKS_AHEAD ? 5 : 7);
  });

  test("a cursor belongs to its list and order", async () => {
    const query = `query (${ARGUMENTS}) { legalEntities { ${PEOPLE} } }`;
    const { data } = await askHere(query, { first: 1 });
    const after = data.legalEntities[0].people.pageInfo.endCursor;
    expect(codeOf(await askHere(query, { after, orderBy: { field: "OFFICE", direction: "ASC" } }))).toBe(
      "BAD_CURSOR",
    );
    expect(codeOf(await askHere(query.replace("legalEntities", "offices"), { after }))).toBe("BAD_CURSOR");
  });
});
