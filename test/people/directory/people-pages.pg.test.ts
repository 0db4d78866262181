import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { countStatements } from "../../support/count-statements.ts";
import { addDepartment, addOffice, addPeople, addPerson } from "../../support/factories.ts";
import { ask, codeOf, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    // Few values for many people: every order has to use names for equal values, and ids for equal names.
    const departments = [
      await addDepartment(manager, { name: "Sales" }),
      await addDepartment(manager, { name: "Ärzte" }),
    ];
    const namesakes = [
      await addDepartment(manager, { name: "Legal" }),
      await addDepartment(manager, { name: "Legal" }),
    ];
    const offices = [await addOffice(manager, { name: "Wien" }), await addOffice(manager, { name: "bonn" })];
    const nth = <Item>(items: readonly Item[], index: number): Item | undefined =>
      items[index % items.length];
    await addPeople(
      manager,
      Array.from({ length: 60 }, (_, index) => ({
        firstName: nth(["Änne", "anna", "Zoe"], index) ?? "",
        lastName: nth(["Öztürk", "de Vries", "Zander", "Oz", "O'Zara"], index) ?? "",
        departmentId: nth([...departments, null, ...namesakes], index >> 1)?.id ?? null,
        officeId: nth([...offices, null], index >> 2)?.id ?? null,
        hireDate: nth(["2020-01-01", "1999-12-31", null, "2026-02-28"], index >> 1) ?? null,
        position: nth(["Ärztin", "nurse", "Arzt", null, "Zoologist"], index >> 3) ?? null,
        status: nth(["ACTIVE", "ACTIVE", "LEAVE", "ONBOARDING"] as const, index >> 2) ?? "ACTIVE",
      })),
    );
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const PAGE = `query ($orderBy: PeopleOrder, $first: Int, $after: String, $filter: PeopleFilter, $skip: Int) {
  people(orderBy: $orderBy, first: $first, after: $after, filter: $filter, skip: $skip) {
    edges { cursor node { id firstName lastName hireDate position status department { name } office { name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

type Listed = {
  id: string;
  firstName: string;
  lastName: string;
  hireDate: string | null;
  position: string | null;
  status: string;
  department: { name: string } | null;
  office: { name: string } | null;
};

const page = async (variables: Record<string, unknown>) => {
  const { data, errors } = await ask(database.dataSource, PAGE, { variables });
  expect(errors).toBeUndefined();
  const { edges, pageInfo } = data.people;
  const nodes: Listed[] = edges.map((edge: { node: Listed }) => edge.node);
  const cursors: string[] = edges.map((edge: { cursor: string }) => edge.cursor);
  return { nodes, cursors, pageInfo };
};

const DICTIONARY = new Intl.Collator("und");

/** The meaning of each order, written again in another language than SQL. */
const VALUES: Record<string, (person: Listed) => string | null> = {
  NAME: () => "",
  HIRE_DATE: ({ hireDate }) => hireDate,
  DEPARTMENT: ({ department }) => department?.name ?? null,
  OFFICE: ({ office }) => office?.name ?? null,
  POSITION: ({ position }) => position,
  STATUS: ({ status }) => String(["ONBOARDING", "ACTIVE", "LEAVE", "INACTIVE"].indexOf(status)),
};

const compare = (field: string, direction: string) => (left: Listed, right: Listed) => {
  const sign = direction === "ASC" ? 1 : -1;
  const [a, b] = [VALUES[field]?.(left) ?? null, VALUES[field]?.(right) ?? null];
  // People without a value come last in both directions.
  if (a === null || b === null) {
    if (a !== b) return a === null ? 1 : -1;
  } else if (a !== b) {
    return sign * DICTIONARY.compare(a, b);
  }
  const names =
    DICTIONARY.compare(left.lastName, right.lastName) || DICTIONARY.compare(left.firstName, right.firstName);
  return sign * (names || (left.id < right.id ? -1 : 1));
};

const ORDERS = Object.keys(VALUES).flatMap((field) =>
  ["ASC", "DESC"].map((direction) => [field, direction] as const),
);

describe.each(ORDERS)("people are sorted by %s %s", (field, direction) => {
  const orderBy = { field, direction };

  test("people are sorted by the value, then by name, and people without a value come last", async () => {
    const { nodes } = await page({ orderBy, first: 100 });
    expect(nodes).toHaveLength(60);
    expect(nodes.map(({ id }) => id)).toEqual([...nodes].sort(compare(field, direction)).map(({ id }) => id));
  });

  test.each([1, 7, 20, 60])("pages of %i contain every person once", async (first) => {
    const { nodes: all } = await page({ orderBy, first: 100 });
    const read: Listed[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, pageInfo } = await page({ orderBy, first, after });
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      read.push(...nodes);
      after = pageInfo.endCursor;
      more = pageInfo.hasNextPage;
      expect(read.length).toBeLessThanOrEqual(60);
    }
    expect(read).toEqual(all);
  });

  test("a page starts after any cursor", async () => {
    const { nodes, cursors } = await page({ orderBy, first: 100 });
    for (const index of [0, 13, 29, 44, 58, 59]) {
      const { nodes: rest } = await page({ orderBy, first: 100, after: cursors[index] });
      expect(rest).toEqual(nodes.slice(index + 1));
    }
  });

  test("a page skips people as if they had been read before", async () => {
    const { nodes } = await page({ orderBy, first: 100 });
    for (const skip of [1, 13, 29, 44, 59, 60, 200_000]) {
      const { nodes: jumped, pageInfo } = await page({ orderBy, first: 7, skip });
      expect(jumped).toEqual(nodes.slice(skip, skip + 7));
      expect(pageInfo.hasPreviousPage).toBe(true);
      expect(pageInfo.hasNextPage).toBe(skip + 7 < 60);
      if (jumped.length === 0) continue;
      const { nodes: next } = await page({ orderBy, first: 7, after: pageInfo.endCursor });
      expect(next).toEqual(nodes.slice(skip + 7, skip + 14));
    }
  });

  test("a page takes one statement", async () => {
    const { cursors } = await page({ orderBy, first: 100 });
    for (const after of [null, cursors[20], cursors[59]]) {
      const query =
        "query ($orderBy: PeopleOrder, $after: String) { people(orderBy: $orderBy, after: $after) { edges { node { id } } } }";
      const { statements } = await countStatements(database.dataSource, () =>
        ask(database.dataSource, query, { variables: { orderBy, after } }),
      );
      expect(statements).toHaveLength(1);
    }
  });
});

describe("a skip", () => {
  test("a skip together with a cursor, below 0 or beyond the largest company is refused", async () => {
    const { endCursor } = (await page({ first: 1 })).pageInfo;
    for (const refused of [{ skip: 1, after: endCursor }, { skip: -1 }, { skip: 200_001 }])
      expect(codeOf(await ask(database.dataSource, PAGE, { variables: refused }))).toBe("BAD_USER_INPUT");
    for (const allowed of [
      { skip: 0, after: endCursor },
      { skip: null, after: endCursor },
    ])
      expect((await page(allowed)).nodes).toHaveLength(50);
  });

  test("a skip counts the people of the filter, found by search or by id as well", async () => {
    const filter = { search: "anna" };
    const { nodes: all } = await page({ filter, first: 100 });
    expect(all).toHaveLength(20);
    expect((await page({ filter, skip: 13 })).nodes).toEqual(all.slice(13));
    const ids = all.map(({ id }) => id);
    const orderBy = { field: "OFFICE", direction: "DESC" };
    const { nodes: byOffice } = await page({ filter: { ids }, orderBy });
    expect((await page({ filter: { ids }, orderBy, skip: 5, first: 3 })).nodes).toEqual(byOffice.slice(5, 8));
  });
});

describe("cursors of people", () => {
  const first = { orderBy: { field: "NAME", direction: "ASC" }, first: 1 };
  const codeWith = async (variables: Record<string, unknown>, tenantId = TENANT) =>
    codeOf(await ask(database.dataSource, PAGE, { variables, tenantId }));

  test("a cursor is refused in another order, for another tenant, and if it was changed", async () => {
    const { endCursor } = (await page(first)).pageInfo;
    expect(await codeWith({ ...first, after: endCursor })).toBeUndefined();
    expect(await codeWith({ after: endCursor, orderBy: { field: "NAME", direction: "DESC" } })).toBe(
      "BAD_CURSOR",
    );
    expect(await codeWith({ after: endCursor, orderBy: { field: "OFFICE", direction: "ASC" } })).toBe(
      "BAD_CURSOR",
    );
    expect(await codeWith({ ...first, after: endCursor }, "other")).toBe("BAD_CURSOR");
    expect(await codeWith({ ...first, after: `${endCursor.slice(0, -6)}AAAAAA` })).toBe("BAD_CURSOR");
    expect(await codeWith({ ...first, after: "" })).toBe("BAD_CURSOR");
  });

  test("a cursor keeps its place when its person moves and others are added", async () => {
    await inTenant(database.dataSource, "moving", (manager) =>
      addPeople(
        manager,
        ["A", "C", "E"].map((lastName) => ({ lastName })),
      ),
    );
    const read = async (after: string | null) => {
      const { data } = await ask(database.dataSource, PAGE, {
        tenantId: "moving",
        variables: { first: 2, after },
      });
      return data.people;
    };
    const { endCursor } = (await read(null)).pageInfo;
    await inTenant(database.dataSource, "moving", async (manager) => {
      await manager.query("update people set last_name = 'Z' where last_name = 'C'");
      await addPerson(manager, { lastName: "B" });
      await addPerson(manager, { lastName: "D" });
    });
    const { edges } = await read(endCursor);
    expect(edges.map((edge: { node: Listed }) => edge.node.lastName)).toEqual(["D", "E"]);
  });
});

test("totalCount is counted only if selected, and over all pages", async () => {
  const { result, statements } = await countStatements(database.dataSource, () =>
    ask(database.dataSource, "{ people(first: 3) { totalCount edges { node { id } } } }"),
  );
  expect(result.data.people).toMatchObject({ totalCount: 60, edges: { length: 3 } });
  expect(statements).toHaveLength(2);
});
