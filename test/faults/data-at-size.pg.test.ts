import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../src/database/transaction.ts";
import { findSupervisorCycles } from "../../src/people/reporting/find-supervisor-cycles.ts";
import { countStatements, type Sent } from "../support/count-statements.ts";
import { type Plan, rowsOfTables } from "../support/explain.ts";
import { addPeople } from "../support/factories.ts";
import { measureCpuSlowness, timed } from "../support/slowness.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

/**
 * Rows G1 and G2 of faults.md at a size that is too slow to hire in a sandbox. The test writes the people
 * into the database as a sync leaves them, and queries them over HTTP.
 */

const TENANT = "default";
const REPORTS = 20_000;
const RING = 10_000;
/** A page costs by its size, as row G2 asks: of each table, it reads about as many rows as it shows. */
const ROWS_OF_A_PAGE_MAX = 1_000;
const COUNTED_EVERY = 20;

let service: TestApp;
let managerId = "";
let ring: string[] = [];
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 10 } });
  const { dataSource } = service.app.database;
  managerId = randomUUID();
  await addMany([{ id: managerId, supervisorId: null }]);
  await addMany(Array.from({ length: REPORTS }, () => ({ id: randomUUID(), supervisorId: managerId })));
  ring = Array.from({ length: RING }, () => randomUUID());
  // Each person after the supervisor; the last link closes the circle.
  await addMany(ring.map((id, place) => ({ id, supervisorId: ring[place + 1] ?? null })).reverse());
  await inTenant(dataSource, TENANT, (manager) =>
    manager.query("update people set supervisor_id = $2 where id = $1", [ring.at(-1), ring[0]]),
  );
  // As autovacuum does. With statistics of one manager only, Postgres expects 20,000 rows per supervisor.
  await dataSource.query("analyze people");
});
afterAll(() => service[Symbol.asyncDispose]());

type Link = { readonly id: string; readonly supervisorId: string | null };

/** Adds people in batches, so that no statement times out. */
async function addMany(links: readonly Link[]): Promise<void> {
  for (let from = 0; from < links.length; from += 2_000) {
    const some = links.slice(from, from + 2_000).map((link) => ({ ...link, searchWords: [] }));
    await inTenant(service.app.database.dataSource, TENANT, (manager) => addPeople(manager, some));
  }
}

type Page = {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
};

async function page(first: number, after: string | null): Promise<Page> {
  const { person } = await service.get<{ person: { directReports: Page } }>(
    `query ($id: ID, $first: Int!, $after: String) { person(id: $id) { directReports(first: $first, after: $after) {
      edges { node { id } } pageInfo { hasNextPage endCursor } } } }`,
    { id: managerId, first, after },
  );
  return person.directReports;
}

/** The rows of all tables that Postgres reads for these statements. */
const countRows = (sent: readonly Sent[]): Promise<number> =>
  inTenant(service.app.database.dataSource, TENANT, async (manager) => {
    let rows = 0;
    for (const { text, values } of sent) {
      const [row] = await manager.query<{ "QUERY PLAN": [{ Plan: Plan }] }[]>(
        `explain (analyze, format json) ${text}`,
        [...(values ?? [])],
      );
      rows += row ? rowsOfTables(row["QUERY PLAN"][0].Plan) : 0;
    }
    return rows;
  });

describe(`G2: a manager with ${REPORTS} reports`, () => {
  test("a client pages through all reports without a gap or a repeat, and each page reads about what it shows", async () => {
    const seen = new Set<string>();
    const rows: number[] = [];
    let pages = 0;
    let after: string | null = null;
    for (let more = true; more; pages += 1) {
      const { result, sent } = await countStatements(service.serving, () => page(100, after));
      if (pages % COUNTED_EVERY === 0) rows.push(await countRows(sent));
      expect(result.edges).toHaveLength(100);
      for (const { node } of result.edges) seen.add(node.id);
      ({ endCursor: after, hasNextPage: more } = result.pageInfo);
    }
    expect(pages).toBe(REPORTS / 100);
    expect(seen.size).toBe(REPORTS);
    expect(Math.min(...rows)).toBeGreaterThan(100);
    expect(Math.max(...rows)).toBeLessThan(ROWS_OF_A_PAGE_MAX);
  });

  test("a page of reports has at most 100 people, and its cost does not depend on the number of reports", async () => {
    const { errors } = await service.ask(
      "query ($id: ID) { person(id: $id) { directReports(first: 101) { edges { cursor } } } }",
      {
        id: managerId,
      },
    );
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    const counted = await service.get(
      "query ($id: ID) { person(id: $id) { directReports(first: 1) { totalCount edges { node { supervisor { directReportCount reportCount } } } } } }",
      { id: managerId },
    );
    expect(counted).toEqual({
      person: {
        directReports: {
          totalCount: REPORTS,
          edges: [{ node: { supervisor: { directReportCount: REPORTS, reportCount: REPORTS } } }],
        },
      },
    });
  });
});

describe(`G1: a circle of ${RING}`, () => {
  test("the reporting chain in a circle ends after 50 people, from the direct supervisor on", async () => {
    const { result, quietMs } = await timed(5_000, () =>
      service.get<{ person: { reportingChain: { id: string }[] } }>(
        "query ($id: ID) { person(id: $id) { reportingChain { id } } }",
        { id: ring[0] },
      ),
    );
    expect(quietMs).toBeLessThan(5_000);
    expect(result.person.reportingChain.map(({ id }) => id)).toEqual(ring.slice(1, 51));
  });

  test("the reports of a hundred people in a circle are counted as deep as reporting chains go", async () => {
    const ids = ring.slice(0, 100);
    const { people } = await service.get<{ people: { nodes: { supervisor: { reportCount: number } }[] } }>(
      "query ($ids: [ID!]) { people(first: 100, filter: { ids: $ids }) { nodes { supervisor { reportCount } } } }",
      { ids },
    );
    expect(people.nodes.map(({ supervisor }) => supervisor.reportCount)).toEqual(ids.map(() => 50));
  });

  test("the search for supervisor cycles finds the whole circle in linear time", async () => {
    const links = ring.map((id, place) => ({ id, supervisorId: ring[(place + 1) % RING] ?? "" }));
    const before = process.threadCpuUsage();
    expect(findSupervisorCycles(links)).toHaveLength(RING);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000 / measureCpuSlowness()).toBeLessThan(1_000);
  });
});
