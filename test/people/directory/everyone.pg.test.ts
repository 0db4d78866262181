import { afterAll, beforeAll, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { FAR_SKIP_MIN } from "../../../src/people/directory/everyone-sql.ts";
import { BY_NAME } from "../../../src/people/directory/people-order.ts";
import { countPeople, findPeoplePage } from "../../../src/people/directory/people-page.repository.ts";
import { explainAll, type Plan, scansOf } from "../../support/explain.ts";
import { addPeople } from "../../support/factories.ts";
import { ask, TENANT } from "../../support/read-context.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

const PEOPLE = FAR_SKIP_MIN + 200;
const STATUSES = ["ACTIVE", "INACTIVE", "LEAVE", "ONBOARDING", "ACTIVE", "INACTIVE", "ACTIVE"] as const;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await inTenant(database.dataSource, TENANT, async (manager) => {
    // Leavers everywhere, and few names: people of one name are sorted by id.
    const people = Array.from({ length: (PEOPLE * STATUSES.length) / 5 }, (_, index) => ({
      firstName: ["Anna", "Änne", "Zoe"][index % 3] ?? "",
      lastName: ["Öztürk", "de Vries", "Zander", "Oz"][index % 4] ?? "",
      status: STATUSES[index % STATUSES.length] ?? "ACTIVE",
    }));
    await addPeople(manager, people);
  });
});
afterAll(() => database[Symbol.asyncDispose]());

const PAGE = `query ($direction: SortDirection!, $first: Int!, $after: String, $skip: Int, $filter: PeopleFilter) {
  people(first: $first, after: $after, skip: $skip, filter: $filter, orderBy: { field: NAME, direction: $direction }) {
    totalCount nodes { id status department { name } supervisor { displayName } } pageInfo { hasNextPage endCursor }
  }
}`;

type People = {
  totalCount: number;
  nodes: { id: string; status: string }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
};

const read = async (variables: Record<string, unknown>): Promise<People> => {
  const { data, errors } = await ask(database.dataSource, PAGE, { variables });
  expect(errors).toBeUndefined();
  return data.people;
};

test.each(["ASC", "DESC"])(
  "a far page of everyone, %s, skips people as if they had been read",
  async (direction) => {
    const all: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { nodes, pageInfo }: People = await read({ direction, first: 100, after });
      all.push(...nodes.map(({ id }) => id));
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(all).toHaveLength(PEOPLE);
    for (const skip of [
      FAR_SKIP_MIN - 1,
      FAR_SKIP_MIN,
      FAR_SKIP_MIN + 77,
      PEOPLE - 7,
      PEOPLE - 1,
      PEOPLE,
      200_000,
    ]) {
      const { nodes, pageInfo } = await read({ direction, first: 7, skip });
      expect(nodes.map(({ id }) => id)).toEqual(all.slice(skip, skip + 7));
      expect(pageInfo.hasNextPage).toBe(skip + 7 < PEOPLE);
      expect(nodes.map(({ status }) => status)).not.toContain("INACTIVE");
    }
  },
);

test("everyone is counted without leavers, with and without a filter that leaves out no one else", async () => {
  const filter = { statuses: ["ONBOARDING", "ACTIVE", "LEAVE"] };
  for (const counted of [{}, { filter }])
    expect((await read({ direction: "ASC", first: 1, ...counted })).totalCount).toBe(PEOPLE);
  const { totalCount } = await read({ direction: "ASC", first: 1, filter: { statuses: ["INACTIVE"] } });
  expect(totalCount).toBe((PEOPLE * 2) / 5);
});

test("a far page and the count of everyone read no skipped person from the table", async () => {
  // As it is in service, where Postgres vacuums by itself.
  await database.dataSource.query("vacuum analyze people");
  const everyone = { filter: {}, order: BY_NAME, now: new Date() };
  const [page, count] = await inTenant(database.dataSource, TENANT, async (manager) => {
    // For so few people it would read the table.
    await manager.query("set local enable_seqscan = off");
    await manager.query("set local enable_bitmapscan = off");
    return explainAll(manager, async ({ query }) => {
      await findPeoplePage({ query }, everyone, { after: null, limit: 7, skip: FAR_SKIP_MIN });
      await countPeople({ query }, everyone.filter, everyone.now);
    });
  });
  const readsOf = (plan: Plan | undefined): string[] =>
    plan ? scansOf(plan, ["people"]).map((scan) => scan["Node Type"]) : [];
  expect(readsOf(page).sort()).toEqual(["Index Only Scan", "Index Only Scan", "Index Scan"]);
  expect(readsOf(count)).toEqual(["Index Only Scan", "Index Only Scan"]);
});
