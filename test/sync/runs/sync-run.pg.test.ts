import { createClient } from "graphql-ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countStatements } from "../../support/count-statements.ts";
import { type RunRow, startTestApp, type TestApp, untilEnded } from "../../support/test-app.ts";

let service: TestApp;
beforeAll(async () => {
  service = await startTestApp({ sandbox: { people: 350 } });
  await service.connect();
});
afterAll(() => service[Symbol.asyncDispose]());

const everyone = async (): Promise<string[]> => {
  const { people } = await service.get<{ people: { edges: { node: { personioId: string } }[] } }>(
    "{ people(first: 100) { edges { node { personioId } } } }",
  );
  return people.edges.map(({ node }) => node.personioId);
};

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

  test("without an id, subscribers get the newest run, then each change of any run, and the stream continues", async () => {
    const before = await service.sync();
    const client = createClient({ url: `${service.app.url.replace("http", "ws")}/graphql` });
    type Any = { syncRunProgress: Pick<RunRow, "id" | "status"> };
    const changes = client.iterate<Any>({ query: "subscription { syncRunProgress { id status } }" });
    const next = async () => (await changes.next()).value?.data?.syncRunProgress;
    /** The next change with this status; changes between two looks of the service are one. */
    const until = async (status: string): Promise<string | undefined> => {
      for (;;) {
        const run = await next();
        if (run?.status === status) return run.id;
      }
    };
    expect(await next()).toEqual({ id: before.id, status: before.status });

    const { planSyncPersonio } = await service.get<{ planSyncPersonio: { id: string } }>(
      "mutation { planSyncPersonio { id } }",
    );
    expect(await until("HELD")).toBe(planSyncPersonio.id);
    const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
      "mutation { syncPersonio { id } }",
    );
    // The end of the run supersedes the plan, so both changes come, in the order of the runs.
    expect(await until("SUPERSEDED")).toBe(planSyncPersonio.id);
    expect(await until("SUCCEEDED_WITH_SKIPS")).toBe(syncPersonio.id);
    await client.dispose();
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

test("an entry of the ledger that an earlier version wrote without a cause has one after the next run, also without changes", async () => {
  const { dataSource } = service.app.database;
  const causes = (): Promise<{ cause: { kind: string } | null }[]> =>
    dataSource.query("select cause from skipped_employees where reason = 'SUPERVISOR_CYCLE'");
  const before = await causes();
  expect(before.length).toBeGreaterThan(0);
  await dataSource.query("update skipped_employees set cause = null where reason = 'SUPERVISOR_CYCLE'");
  await service.sync();
  expect(await causes()).toEqual(before);
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

  test("statuses narrow the list of runs and its count; an empty list matches no run", async () => {
    type Page = { syncRuns: { totalCount: number; edges: { node: { status: string } }[] } };
    const withStatuses = (statuses: string[] | null) =>
      service.get<Page>(
        "query ($statuses: [SyncRunStatus!]) { syncRuns(first: 100, statuses: $statuses) { totalCount edges { node { status } } } }",
        { statuses },
      );
    await service.get("mutation { planSyncPersonio { id } }");
    await untilEnded(service.get);
    const all = (await withStatuses(null)).syncRuns;
    const held = (await withStatuses(["HELD", "FAILED"])).syncRuns;
    expect(held).toEqual({ totalCount: 1, edges: [{ node: { status: "HELD" } }] });
    const others = [...new Set(all.edges.map(({ node }) => node.status))].filter(
      (status) => status !== "HELD",
    );
    expect((await withStatuses(others)).syncRuns.totalCount).toBe(all.totalCount - 1);
    expect((await withStatuses([])).syncRuns).toEqual({ totalCount: 0, edges: [] });
  });

  test("a run shows when it was requested, before it starts and after its end", async () => {
    type Row = { queuedAt: string; startedAt: string | null };
    const { syncPersonio } = await service.get<{ syncPersonio: Row & { id: string } }>(
      "mutation { syncPersonio { id queuedAt startedAt } }",
    );
    await untilEnded(service.get);
    const { syncRun } = await service.get<{ syncRun: Row }>(
      "query ($id: ID!) { syncRun(id: $id) { queuedAt startedAt } }",
      { id: syncPersonio.id },
    );
    expect(syncRun.queuedAt).toBe(syncPersonio.queuedAt);
    expect(Date.parse(syncRun.startedAt ?? "")).toBeGreaterThanOrEqual(Date.parse(syncRun.queuedAt));
  });

  test("the integration shows the run under way and the held run, each in one statement, and no dry run", async () => {
    type State = {
      personioIntegration: {
        runUnderWay: { id: string } | null;
        heldRun: { id: string; plan: object } | null;
      };
    };
    const state = async (): Promise<State["personioIntegration"]> =>
      (
        await service.get<State>(
          "{ personioIntegration { runUnderWay { id } heldRun { id plan(first: 1) { totalCount } } } }",
        )
      ).personioIntegration;
    await service.get("mutation { planSyncPersonio { id } }");
    await untilEnded(service.get);
    expect(await state()).toEqual({ runUnderWay: null, heldRun: null });

    await service.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, path: "/v1/company/employees/attributes", times: 1 },
    ]);
    const { syncPersonio } = await service.get<{ syncPersonio: { id: string } }>(
      "mutation { syncPersonio { id } }",
    );
    expect(await state()).toEqual({ runUnderWay: { id: syncPersonio.id }, heldRun: null });
    await service.sandbox.admin.clearFaults();
    await untilEnded(service.get);

    await service.get(
      "mutation { setPeopleSettings(settings: { leaverGuardPeople: 1, leaverGuardPercent: 0 }) { leaverGuardPeople } }",
    );
    for (const id of (await everyone()).slice(0, 2)) await service.sandbox.admin.remove(id);
    const held = await service.sync();
    expect(held.problem?.code).toBe("LEAVER_GUARD");
    const { result, statements } = await countStatements(service.serving, state);
    expect(result).toEqual({
      runUnderWay: null,
      heldRun: { id: held.id, plan: { totalCount: expect.any(Number) } },
    });
    expect(statements.filter((text) => text.includes("runs."))).toHaveLength(2);
  });

  test("the problem of a held run has the numbers of its message, on the run and on the integration", async () => {
    const { personioIntegration } = await service.get<{
      personioIntegration: {
        problem: object;
        heldRun: { problem: { message: string; parameters: Record<string, number> } };
      };
    }>(
      "{ personioIntegration { problem { message parameters } heldRun { problem { message parameters } } } }",
    );
    const { problem } = personioIntegration.heldRun;
    expect(problem.parameters).toEqual({ leaving: 2, limit: 1, current: expect.any(Number), unconfirmed: 0 });
    const { leaving, limit, current } = problem.parameters;
    expect(problem.message).toMatch(
      new RegExp(`^${leaving} of ${current} people .* the limit is ${limit}\\.`),
    );
    expect(personioIntegration.problem).toEqual(problem);

    // The version before this one writes problems without parameters.
    await service.app.database.dataSource.query(
      "update integrations set problem_code = 'PERSONIO_UNAVAILABLE', problem_message = 'Another sentence.'",
    );
    expect(await service.get("{ personioIntegration { problem { message parameters } } }")).toEqual({
      personioIntegration: { problem: { message: "Another sentence.", parameters: null } },
    });
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

  type Ledger = {
    skippedEmployees: {
      totalCount: number;
      edges: { node: { personioId: string; name: string | null; reason: string; lastSeenAt: string } }[];
    };
  };
  const LEDGER = `query ($reasons: [SkipReason!], $search: String) { skippedEmployees(first: 100, reasons: $reasons, search: $search) {
    totalCount edges { node { personioId name reason lastSeenAt } } } }`;

  test("the counts by reason are those of the ledger, most first, in one statement", async () => {
    const { skippedEmployees } = await service.get<Ledger>(LEDGER);
    const counted = Map.groupBy(skippedEmployees.edges, ({ node }) => node.reason);
    const { result, statements } = await countStatements(service.serving, () =>
      service.get<{ skippedEmployeeCounts: { reason: string; count: number }[] }>(
        "{ skippedEmployeeCounts { reason count } }",
      ),
    );
    expect(new Map(result.skippedEmployeeCounts.map(({ reason, count }) => [reason, count]))).toEqual(
      new Map([...counted].map(([reason, rows]) => [reason, rows.length])),
    );
    const counts = result.skippedEmployeeCounts.map(({ count }) => count);
    expect(counts).toEqual(counts.toSorted((one, other) => other - one));
    expect(statements.filter((text) => text.includes("ledger."))).toHaveLength(1);
  });

  test("reasons and words narrow the ledger and its count; an empty list of reasons matches no row", async () => {
    const all = (await service.get<Ledger>(LEDGER)).skippedEmployees;
    const [first] = all.edges;
    const named = all.edges.find(({ node }) => node.name);
    const reason = first?.node.reason ?? "";
    const ofReason = (await service.get<Ledger>(LEDGER, { reasons: [reason] })).skippedEmployees;
    expect(ofReason.edges).toEqual(all.edges.filter(({ node }) => node.reason === reason));
    expect(ofReason.totalCount).toBe(ofReason.edges.length);

    const words = named?.node.name?.toUpperCase().split(" ").reverse().join("  ") ?? "";
    const found = (await service.get<Ledger>(LEDGER, { search: words })).skippedEmployees;
    expect(found.edges.map(({ node }) => node.name)).toContain(named?.node.name);
    expect(found.totalCount).toBeLessThan(all.totalCount);
    const byId = (await service.get<Ledger>(LEDGER, { search: first?.node.personioId })).skippedEmployees;
    expect(new Set(byId.edges.map(({ node }) => node.personioId))).toEqual(new Set([first?.node.personioId]));
    expect((await service.get<Ledger>(LEDGER, { search: "   " })).skippedEmployees).toEqual(all);
    expect((await service.get<Ledger>(LEDGER, { search: "%" })).skippedEmployees.totalCount).toBe(0);
    expect((await service.get<Ledger>(LEDGER, { reasons: [] })).skippedEmployees.totalCount).toBe(0);
  });
});
