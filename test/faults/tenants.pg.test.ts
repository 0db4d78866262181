import type { DataSource } from "typeorm";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { openQueue } from "../../src/jobs/queue.ts";
import { createLogger } from "../../src/log.ts";
import { syncDueJob } from "../../src/sync/runs/sync.job.ts";
import { connectTenants, makeDue } from "../bench/many-tenants.ts";
import { eventually } from "../support/eventually.ts";
import { openTransaction } from "../support/locks.ts";
import { useSharedApp } from "../support/shared-app.ts";
import type { TestApp } from "../support/test-app.ts";

/** Connects `count` tenants beside the one that the graph serves. */
async function connectOthers(app: TestApp, count: number): Promise<string[]> {
  const { clientSecret } = app.sandbox.credentials;
  return connectTenants(app.app.database.dataSource, { count, clientSecret, keys: app.config.secretKeys });
}

async function startDueRuns(app: TestApp, tenantIds: readonly string[]): Promise<void> {
  await using queue = await openQueue({
    url: app.databaseUrl,
    jobs: [syncDueJob],
    log: createLogger("silent"),
  });
  await makeDue(queue, app.app.database.dataSource, tenantIds);
}

/** Counts the runs of these tenants by status. */
async function readRuns(
  dataSource: DataSource,
  tenantIds: readonly string[],
): Promise<Record<string, number>> {
  const rows: { status: string; count: number }[] = await dataSource.query(
    `select status, count(*)::int as count from sync_runs where tenant_id = any($1) group by status`,
    [tenantIds],
  );
  return Object.fromEntries(rows.map(({ status, count }) => [status.replace("_WITH_SKIPS", ""), count]));
}

/**
 * Lets each statement that deletes rows of the table wait until the returned function is called. A lock would
 * not do: transactions give up after five seconds, and on a slow machine they do not all wait at one time.
 */
async function closeGate(dataSource: DataSource, table: string): Promise<() => Promise<void>> {
  await dataSource.query(`
    create table closed_gates as select;
    grant select on closed_gates to public;
    create function wait_at_gate() returns trigger language plpgsql as $$
      begin
        while exists (select from closed_gates) loop perform pg_sleep(0.1); end loop;
        return null;
      end $$;
    create trigger wait_at_gate before delete on ${table} for each statement execute function wait_at_gate()`);
  let isClosed = true;
  const open = async (): Promise<void> => {
    if (!isClosed) return;
    isClosed = false;
    await dataSource.query("delete from closed_gates");
    await dataSource.query("drop function wait_at_gate cascade");
    await dataSource.query("drop table closed_gates");
  };
  onTestFinished(open);
  return open;
}

async function countWaitingAtGate(dataSource: DataSource): Promise<number> {
  const [row] = await dataSource.query(
    "select count(*)::int as count from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
  );
  return row.count;
}

const shared = useSharedApp({ sandbox: { people: 10 } });

describe("with more companies than slots", () => {
  beforeEach(() => shared().resetConnected());

  test("tenants whose Personio hangs do not delay the others", async () => {
    const app = shared();
    const { dataSource } = app.app.database;
    const others = await connectOthers(app, 14);
    // More than there are slots, and the first ten to ask for people.
    await app.sandbox.admin.setFaults([
      { kind: "delay", milliseconds: 600_000, times: 10, path: "/v1/company/employees?" },
    ]);
    await startDueRuns(app, others);

    await eventually(async () => (await readRuns(dataSource, others)).SUCCEEDED === 4);
    expect(await readRuns(dataSource, others)).toEqual({ SUCCEEDED: 4, RUNNING: 10 });
    await app.sandbox.admin.clearFaults();
    await eventually(async () => (await readRuns(dataSource, others)).SUCCEEDED === 14);
  });

  test("runs that wait in the database take no connection from requests", async () => {
    const app = shared();
    const { dataSource } = app.app.database;
    const others = await connectOthers(app, 12);
    const openGate = await closeGate(dataSource, "skipped_employees");
    await startDueRuns(app, others);
    await eventually(async () => (await countWaitingAtGate(dataSource)) === 10);

    // Without a connection, every answer is UNAVAILABLE for as long as the runs wait.
    const ask = () => app.get("{ people(first: 50) { totalCount edges { node { displayName } } } }");
    await Promise.all(Array.from({ length: 20 }, ask));
    // On a slow machine, a run that waited too long ends, and the next one waits in its place.
    await eventually(async () => (await countWaitingAtGate(dataSource)) === 10);
    await openGate();
    await eventually(async () => (await readRuns(dataSource, others)).SUCCEEDED === 12);
  });
});

test("a company whose run analyzes large tables does not delay the others", async () => {
  const app = shared();
  await app.resetConnected({ people: 1_100 });
  const { dataSource } = app.app.database;
  const others = await connectOthers(app, 2);
  // As in the transaction of a run, which takes longer the larger the company is.
  const end = await openTransaction(
    dataSource,
    "analyze staged_employees, sync_plan_items, planned_skips, people, indexed_words",
  );
  await startDueRuns(app, others);

  await eventually(async () => (await readRuns(dataSource, others)).SUCCEEDED === 2);
  const attempts = "select distinct attempt from sync_runs where tenant_id <> 'default'";
  expect(await dataSource.query(attempts)).toEqual([{ attempt: 1 }]);
  await end();
});
