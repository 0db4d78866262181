import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunRow, startTestApp, type TestApp } from "../../support/test-app.ts";

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 350 } });
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());

type Progress = { syncRunProgress: Pick<RunRow, "status" | "employeesRead" | "employeesTotal"> };

async function watch(id: string): Promise<Progress["syncRunProgress"][]> {
  const client = createClient({ url: `${service.app.url.replace("http", "ws")}/graphql` });
  const seen: Progress["syncRunProgress"][] = [];
  const query =
    "subscription ($id: ID!) { syncRunProgress(id: $id) { status employeesRead employeesTotal } }";
  for await (const { data, errors } of client.iterate<Progress>({ query, variables: { id } })) {
    if (errors || !data) throw new Error(JSON.stringify(errors));
    seen.push(data.syncRunProgress);
  }
  await client.dispose();
  return seen;
}

describe("the progress of a run", () => {
  test("subscribers get the progress of a run until it ends", async () => {
    await service.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 400, path: "/v1/company/employees?" },
    ]);
    const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
      "mutation { syncPersonio { id } }",
    );
    const seen = await watch(syncPersonio.id);
    await service.sandbox.admin.clearFaults();

    expect(seen.at(-1)).toEqual({ status: "SUCCEEDED_WITH_SKIPS", employeesRead: 350, employeesTotal: 350 });
    const running = seen.filter(({ status }) => status === "RUNNING");
    expect(
      running.some(({ employeesRead, employeesTotal }) => employeesTotal === 350 && employeesRead < 350),
    ).toBe(true);
    const read = seen.map(({ employeesRead }) => employeesRead);
    expect(read).toEqual([...read].sort((one, other) => one - other));
  });

  test("the progress of an ended run is its one state", async () => {
    const { syncRuns } = await service.get<{ syncRuns: { edges: { node: { id: string } }[] } }>(
      "{ syncRuns(first: 1) { edges { node { id } } } }",
    );
    expect(await watch(syncRuns.edges[0]?.node.id ?? "")).toHaveLength(1);
  });

  test.each(["00000000-0000-4000-8000-000000000000", "nonsense"])(
    "the progress of the unknown run %s ends at once",
    async (id) => {
      expect(await watch(id)).toEqual([]);
    },
  );
});

describe("the runs", () => {
  test("the runs are listed newest first, page by page, without loss or repetition", async () => {
    for (const _run of [1, 2, 3]) await service.sync();
    type Page = {
      syncRuns: {
        totalCount: number;
        edges: { cursor: string; node: RunRow }[];
        pageInfo: { hasNextPage: boolean };
      };
    };
    const pages: Page["syncRuns"][] = [];
    for (let after: string | undefined; ; after = pages.at(-1)?.edges.at(-1)?.cursor) {
      const query =
        "query ($after: String) { syncRuns(first: 2, after: $after) { totalCount edges { cursor node { id finishedAt } } pageInfo { hasNextPage } } }";
      pages.push((await service.get<Page>(query, { after })).syncRuns);
      if (!pages.at(-1)?.pageInfo.hasNextPage) break;
    }
    const runs = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
    expect(runs).toHaveLength(pages[0]?.totalCount ?? 0);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(runs.length);
    const finished = runs.map(({ finishedAt }) => finishedAt ?? "");
    expect(finished).toEqual([...finished].sort().reverse());
  });

  test("the list of runs refuses the cursor of another list", async () => {
    const { people } = await service.get<{ people: { pageInfo: { endCursor: string } } }>(
      "{ people(first: 1) { pageInfo { endCursor } } }",
    );
    const { errors } = await service.ask(
      "query ($after: String) { syncRuns(after: $after) { totalCount } }",
      {
        after: people.pageInfo.endCursor,
      },
    );
    expect(errors?.[0]?.extensions.code).toBe("BAD_CURSOR");
  });

  test.each([0, -1, 101])("the list of runs refuses the page size %d", async (first) => {
    const { errors } = await service.ask("query ($first: Int) { syncRuns(first: $first) { totalCount } }", {
      first,
    });
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
  });
});

describe("the skip ledger", () => {
  test("the skip ledger is listed page by page, with the first and last sighting of each row", async () => {
    type Page = {
      skippedEmployees: {
        totalCount: number;
        edges: {
          cursor: string;
          node: { personioId: string; reason: string; firstSeenAt: string; lastSeenAt: string };
        }[];
        pageInfo: { hasNextPage: boolean };
      };
    };
    const pages: Page["skippedEmployees"][] = [];
    for (let after: string | undefined; ; after = pages.at(-1)?.edges.at(-1)?.cursor) {
      const query =
        "query ($after: String) { skippedEmployees(first: 3, after: $after) { totalCount edges { cursor node { personioId reason firstSeenAt lastSeenAt } } pageInfo { hasNextPage } } }";
      pages.push((await service.get<Page>(query, { after })).skippedEmployees);
      if (!pages.at(-1)?.pageInfo.hasNextPage) break;
    }
    const lines = pages.flatMap(({ edges }) => edges.map(({ node }) => node));
    expect(lines).toHaveLength(pages[0]?.totalCount ?? 0);
    expect(lines.every(({ firstSeenAt, lastSeenAt }) => firstSeenAt < lastSeenAt)).toBe(true);

    const { supervisorCycle } = await service.sandbox.admin.summary();
    const inCycle = lines
      .filter(({ reason }) => reason === "SUPERVISOR_CYCLE")
      .map(({ personioId }) => personioId);
    expect(inCycle.sort()).toEqual([...supervisorCycle].sort());
  });
});
