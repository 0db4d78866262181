import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addPeople, addPerson } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
const ids: Record<string, string> = {};
const SALES = randomUUID();

beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    await addDepartment(manager, { id: SALES, name: "Sales" });
    const people = await addPeople(manager, [
      { firstName: "Ada", workEmail: "ada@acme.example", personioId: "101", hireDate: "2021-01-01" },
      {
        firstName: "Ben",
        workEmail: "ben@acme.example",
        personioId: "102",
        departmentId: SALES,
        hireDate: null,
      },
      { firstName: "Cleo", workEmail: "cleo@acme.example", personioId: "103", status: "INACTIVE" },
      { firstName: "Dan", workEmail: "dan@acme.example", personioId: "104", hireDate: "2019-01-01" },
      // Had the address of Cleo before Cleo.
      { firstName: "Eve", workEmail: "eve@acme.example", personioId: "105", departmentId: SALES },
    ]);
    for (const { firstName, id } of people) ids[firstName] = id;
    const former = [
      ["maiden@acme.example", ids.Ada],
      ["cleo@acme.example", ids.Eve],
    ];
    for (const [email, personId] of former)
      await manager.query("insert into former_emails values (current_setting('app.tenant'), $1, $2, now())", [
        email,
        personId,
      ]);
    await manager.query(
      "update people set next_personio_id = '106', continues_on = '2026-12-01' where personio_id = '105'",
    );
    await manager.query(
      "insert into former_employments values (current_setting('app.tenant'), '77', $1, '2015-01-01', '2018-12-31')",
      [ids.Dan],
    );
  });
  const foreign = await inTenant(database.dataSource, "other", (manager) =>
    addPerson(manager, { firstName: "Foreign", workEmail: "foreign@other.example", personioId: "900" }),
  );
  ids.Foreign = foreign.id;
});
afterAll(() => database[Symbol.asyncDispose]());

const PEOPLE = `query ($filter: PeopleFilter, $orderBy: PeopleOrder, $first: Int, $after: String) {
  people(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount nodes { firstName } edges { cursor node { firstName } } pageInfo { hasNextPage endCursor } } }`;

const look = async (filter: unknown, others: object = {}) => {
  const { data, errors } = await ask(database.dataSource, PEOPLE, { variables: { filter, ...others } });
  expect(errors).toBeUndefined();
  const names: string[] = data.people.nodes.map(({ firstName }: { firstName: string }) => firstName);
  expect(data.people.edges.map((edge: { node: { firstName: string } }) => edge.node.firstName)).toEqual(
    names,
  );
  return { names: names.toSorted().join(" "), inOrder: names.join(" "), ...data.people };
};

const BY_HIRE_DATE = { field: "HIRE_DATE", direction: "ASC" };

describe("look-ups", () => {
  test("people are found by id, leavers included; unknown, malformed and foreign ids match none", async () => {
    const found = await look({ ids: [ids.Ada, ids.Cleo, ids.Foreign, randomUUID(), "nonsense", "\u0000"] });
    expect(found.names).toBe("Ada Cleo");
    expect(found.totalCount).toBe(2);
  });

  test("a repeated id, also in capitals, finds the person once", async () => {
    expect((await look({ ids: [ids.Ada, ids.Ada?.toUpperCase()] })).names).toBe("Ada");
  });

  test("people are found by work email in any case, by the rule of `person`: the current owner, then a former one", async () => {
    const workEmails = [
      " ADA@acme.example",
      "maiden@acme.example",
      "cleo@acme.example",
      "foreign@other.example",
    ];
    expect((await look({ workEmails })).names).toBe("Ada Cleo");
    for (const workEmail of workEmails) {
      const { data } = await ask(
        database.dataSource,
        "query ($e: EmailAddress) { person(workEmail: $e) { firstName } }",
        {
          variables: { e: workEmail },
        },
      );
      expect((await look({ workEmails: [workEmail] })).inOrder).toBe(data.person?.firstName ?? "");
    }
  });

  test("people are found by Personio's record id, also of an earlier employment", async () => {
    const found = await look({ personioIds: ["101", "77", "103", "900", "0", "", "\u0000"] });
    expect(found.names).toBe("Ada Cleo Dan");
    expect(found.totalCount).toBe(3);
  });

  test("a person who moves between legal entities is found by either record, and once by both", async () => {
    for (const personioIds of [["105"], ["106"], ["105", "106"]]) {
      const found = await look({ personioIds });
      expect(found.names).toBe("Eve");
      expect(found.totalCount).toBe(1);
    }
  });

  test("an empty list matches no person, and null has no effect", async () => {
    for (const list of ["ids", "workEmails", "personioIds"]) {
      expect((await look({ [list]: [] })).totalCount).toBe(0);
      expect((await look({ [list]: null })).names).toBe("Ada Ben Dan Eve");
    }
  });

  test("looked-up people match the other conditions too", async () => {
    const all = Object.values(ids);
    expect((await look({ ids: all })).names).toBe("Ada Ben Cleo Dan Eve");
    expect((await look({ ids: all, statuses: ["ACTIVE"] })).names).toBe("Ada Ben Dan Eve");
    expect((await look({ ids: all, statuses: ["INACTIVE"] })).names).toBe("Cleo");
    expect((await look({ ids: all, departmentIds: [SALES], search: "be" })).names).toBe("Ben");
    expect((await look({ ids: [ids.Ada], workEmails: ["ben@acme.example"] })).names).toBe("");
    expect((await look({ ids: [ids.Ada, ids.Dan], personioIds: ["101", "102"] })).names).toBe("Ada");
  });

  test.each([
    ["HIRE_DATE", "ASC"],
    ["HIRE_DATE", "DESC"],
    ["DEPARTMENT", "ASC"],
    ["DEPARTMENT", "DESC"],
    ["OFFICE", "ASC"],
    ["NAME", "ASC"],
    ["NAME", "DESC"],
  ])("pages in the order of %s %s contain each person once", async (field, direction) => {
    const filter = { ids: Object.values(ids) };
    const orderBy = { field, direction };
    const whole = (await look(filter, { orderBy })).inOrder;
    const pages: string[] = [];
    for (let after: string | null = null; ; ) {
      const { inOrder, pageInfo } = await look(filter, { orderBy, first: 2, after });
      pages.push(inOrder);
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(pages).toHaveLength(3);
    expect(pages.join(" ")).toBe(whole);
    const statuses = ["ACTIVE", "INACTIVE"];
    expect((await look({ statuses }, { orderBy })).inOrder).toBe(whole);
  });

  test("cursors are valid in the same order with another filter", async () => {
    const { edges } = await look({}, { orderBy: BY_HIRE_DATE, first: 1 });
    const rest = await look({ ids: Object.values(ids) }, { orderBy: BY_HIRE_DATE, after: edges[0].cursor });
    expect(rest.inOrder.split(" ")).not.toContain(edges[0].node.firstName);
    expect(rest.totalCount).toBe(5);
  });

  test("a look-up takes one statement for the page and one for the count", async () => {
    const { statements } = await countStatements(database.dataSource, () =>
      look({ workEmails: Array.from({ length: 1_000 }, (_, index) => `unknown-${index}@acme.example`) }),
    );
    expect(statements).toHaveLength(2);
  });
});

describe("long look-up lists", () => {
  const tooMany = {
    ids: Array.from({ length: 1_001 }, () => randomUUID()),
    workEmails: Array.from({ length: 1_001 }, (_, index) => `${index}@acme.example`),
    personioIds: Array.from({ length: 1_001 }, (_, index) => String(index)),
  };

  test.each(Object.entries(tooMany))(
    "`%s` with more than a thousand values is refused with BAD_USER_INPUT",
    async (list, values) => {
      const answer = await ask(database.dataSource, PEOPLE, { variables: { filter: { [list]: values } } });
      expect(codeOf(answer)).toBe("BAD_USER_INPUT");
      expect(answer.errors?.[0]?.message).toBe(`\`filter.${list}\` takes at most 1000 values, not 1001.`);
      const department = `query ($filter: PeopleFilter) { departments { people(filter: $filter) { totalCount } } }`;
      expect(
        codeOf(await ask(database.dataSource, department, { variables: { filter: { [list]: values } } })),
      ).toBe("BAD_USER_INPUT");
      expect((await look({ [list]: values.slice(1) })).pageInfo.hasNextPage).toBe(false);
    },
  );
});
