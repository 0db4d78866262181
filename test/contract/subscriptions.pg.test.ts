import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSocketClient, sendOverSocket } from "../graphql/support/socket-client.ts";
import { eventually } from "../support/eventually.ts";
import { type RunRow, startTestApp, type TestApp } from "../support/test-app.ts";

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
  await app.connect();
});
afterAll(() => app[Symbol.asyncDispose]());

type Progress = { data: { syncRunProgress: Pick<RunRow, "id" | "status" | "employeesRead" | "finishedAt"> } };
const PROGRESS =
  "subscription ($id: ID!) { syncRunProgress(id: $id) { id status employeesRead finishedAt } }";

const startRun = async (): Promise<string> => {
  const { syncPersonio } = await app.get<{ syncPersonio: { id: string } }>(
    "mutation { syncPersonio { id } }",
  );
  return syncPersonio.id;
};

describe("syncRunProgress over a WebSocket", () => {
  test("syncRunProgress MUST emit the run as it is, then each change, and complete with its end", async () => {
    const id = await startRun();
    const events = (await sendOverSocket(app.app.url, { query: PROGRESS, variables: { id } })) as Progress[];
    const runs = events.map(({ data }) => data.syncRunProgress);

    expect(new Set(runs.map((run) => run.id))).toEqual(new Set([id]));
    expect(runs.at(-1)).toMatchObject({
      status: expect.stringMatching(/^SUCCEEDED/),
      finishedAt: expect.any(String),
    });
    expect(runs.slice(0, -1).every(({ finishedAt }) => finishedAt === null)).toBe(true);
  });

  test("syncRunProgress MUST complete at once for a run that does not exist", async () => {
    const variables = { id: "00000000-0000-4000-8000-000000000000" };

    expect(await sendOverSocket(app.app.url, { query: PROGRESS, variables })).toEqual([]);
  });
});

test("a waiting subscription MUST NOT hold a transaction", async () => {
  const { sandbox, app: running } = app;
  await sandbox.admin.setFaults([{ kind: "delay", milliseconds: 600_000, path: "/v1/company/employees?" }]);
  const id = await startRun();
  const client = createSocketClient(running.url);
  const events: unknown[] = [];
  const unsubscribe = client.subscribe(
    { query: PROGRESS, variables: { id } },
    { next: (event) => events.push(event), error: () => undefined, complete: () => undefined },
  );
  await eventually(() => events.length > 0);
  await eventually(async () => (await countTransactions()) === 0, { what: "a moment without a transaction" });
  expect(
    (await app.get<{ syncRun: RunRow }>(`{ syncRun(id: "${id}") { finishedAt } }`)).syncRun.finishedAt,
  ).toBeNull();
  unsubscribe();
  await client.dispose();
  await sandbox.admin.setFaults([]);
});

async function countTransactions(): Promise<number> {
  const [row] = await app.app.database.dataSource.query<[{ count: number }]>(
    `select count(*)::int from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid() and state = 'idle in transaction'`,
  );
  return row.count;
}

test("queries and mutations MUST have the same answers over a WebSocket as over HTTP", async () => {
  const [query] = await sendOverSocket(app.app.url, { query: "{ people { totalCount } }" });
  const [mutation] = await sendOverSocket(app.app.url, { query: "mutation { syncPersonio { mode } }" });

  expect(query).toEqual({ data: await app.get("{ people { totalCount } }") });
  expect(mutation).toEqual({ data: { syncPersonio: { mode: "FULL" } } });
});
