import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { openPolledNotifications } from "../../src/database/notifications.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { ATTEMPTS_MAX, defineJob, implementJob, type JobRun } from "../../src/jobs/job.ts";
import { type OpenQueue, openQueue } from "../../src/jobs/queue.ts";
import { openQueueDatabase } from "../../src/jobs/queue-database.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { onQuietMachine, timed } from "../support/slowness.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const log = createLogger("silent");
const schema = z.strictObject({ tenantId: z.string() });
const greet = defineJob({ name: "greet", schema });
const sync = defineJob({ name: "sync", schema, singleton: true });
const jobs = [greet, sync];

let database: TestDatabase;
let queue: OpenQueue;

beforeAll(async () => {
  database = await createTestDatabase();
  queue = await openQueue({ url: database.servingUrl, jobs, log });
  await inTenant(database.dataSource, "acme", (manager) =>
    manager.query("insert into tenants (id) values ('acme')"),
  );
});

afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const waiting = async (name: string): Promise<number> => {
  const [row] = await database.dataSource.query(
    "select count(*)::int as count from pgboss.job where name = $1 and state < 'completed'",
    [name],
  );
  return row.count;
};

describe("the queue of a job", () => {
  const storedQueue = async () =>
    (await database.dataSource.query("select * from pgboss.queue where name = 'greet'"))[0];

  /** All but the figures and times that the upkeep of pg-boss may write meanwhile. */
  const storedOptions = async () =>
    Object.entries<unknown>(await storedQueue()).filter(
      ([column]) =>
        !/(_on|_count|_delta|_history|_bins|_active|^delta_seconds|_oldest_seconds)$/.test(column),
    );

  test("a start that finds the queue as this version needs it writes nothing", async () => {
    const before = await storedQueue();
    await using _ = await openQueue({ url: database.servingUrl, jobs, log });
    expect(await storedQueue()).toMatchObject({ updated_on: before.updated_on });
  });

  test.each([
    "retry_limit = 77",
    "retry_delay = 77",
    "heartbeat_seconds = 77",
    "expire_seconds = 77",
    "deletion_seconds = 77",
    "notify = false",
  ])("a start changes an option that another version has stored: %s", async (option) => {
    const before = await storedOptions();
    await database.dataSource.query(`update pgboss.queue set ${option} where name = 'greet'`);
    await using _ = await openQueue({ url: database.servingUrl, jobs, log });
    expect(await storedOptions()).toEqual(before);
  });
});

describe("a job", () => {
  test("a job runs once, within seconds, with its payload", async () => {
    const runs: JobRun<{ tenantId: string }>[] = [];
    await using _ = await startWorker({
      queue,
      log,
      jobs: [implementJob(greet, async (run) => void runs.push(run))],
    });
    const { quietMs } = await timed(5_000, async () => {
      await queue.enqueue(greet, { tenantId: "acme" });
      await eventually(() => runs.length > 0);
    });
    expect(quietMs).toBeLessThan(5_000);
    // A second run of the first job would come before the later job.
    await queue.enqueue(greet, { tenantId: "later" });
    await eventually(async () => (await waiting("greet")) === 0);
    expect(runs.map(({ payload, attempt }) => ({ payload, attempt }))).toEqual([
      { payload: { tenantId: "acme" }, attempt: 1 },
      { payload: { tenantId: "later" }, attempt: 1 },
    ]);
  });

  test("enqueueing a job refuses a payload that does not fit the schema", async () => {
    const wrong = { tenantId: 7 } as unknown as { tenantId: string };
    await expect(queue.enqueue(greet, wrong)).rejects.toThrow("expected string");
    expect(await waiting("greet")).toBe(0);
  });

  test("a job enqueued in a transaction exists only once it has committed", async () => {
    await inTenant(database.dataSource, "acme", async (manager) => {
      await queue.enqueue(greet, { tenantId: "acme" }, { manager });
      expect(await waiting("greet")).toBe(0);
    });
    expect(await waiting("greet")).toBe(1);
    await queue.boss.deleteAllJobs("greet");
  });

  test("a job enqueued in a transaction is gone when it rolls back", async () => {
    const work = inTenant(database.dataSource, "acme", async (manager) => {
      await queue.enqueue(greet, { tenantId: "acme" }, { manager });
      throw new Error("changed my mind");
    });
    await expect(work).rejects.toThrow("changed my mind");
    expect(await waiting("greet")).toBe(0);
  });

  test("enqueueing a job leaves the role and tenant of the transaction unchanged", async () => {
    const role = await inTenant(database.dataSource, "acme", async (manager) => {
      await queue.enqueue(greet, { tenantId: "acme" }, { manager });
      return manager.query("select current_user as role, current_setting('app.tenant') as tenant");
    });
    expect(role).toEqual([{ role: "people_app", tenant: "acme" }]);
    await queue.boss.deleteAllJobs("greet");
  });

  test("a job does not start before its time", async () => {
    const starts: number[] = [];
    await using _ = await startWorker({
      queue,
      log,
      jobs: [implementJob(greet, async () => void starts.push(performance.now()))],
    });
    const enqueuedAt = performance.now();
    await queue.enqueue(greet, { tenantId: "acme" }, { startAfterSeconds: 2 });
    await eventually(() => starts.length > 0);
    expect(starts[0]! - enqueuedAt).toBeGreaterThan(1_500);
  });

  test("a job that throws is retried as another attempt, and its error is not kept", async () => {
    const attempts: number[] = [];
    const moody = implementJob(greet, async ({ attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new Error("anna@example.com is not unique");
    });
    await using _ = await startWorker({ queue, log, jobs: [moody] });
    await queue.enqueue(greet, { tenantId: "acme" });
    await eventually(() => attempts.length === 2);
    expect(attempts).toEqual([1, 2]);
    const outputs = await database.dataSource.query(
      "select output::text from pgboss.job where name = 'greet'",
    );
    expect(JSON.stringify(outputs)).not.toContain("anna");
  });

  test("a job with too many executions is given up instead of executed", async () => {
    const given: number[] = [];
    const hopeless = implementJob(greet, () => Promise.reject(new Error("handler was called")), {
      giveUp: async ({ attempt, payload }) => {
        expect(payload).toEqual({ tenantId: "acme" });
        given.push(attempt);
      },
    });
    await queue.enqueue(greet, { tenantId: "acme" });
    // As if it had killed as many workers.
    await database.dataSource.query(
      "update pgboss.job set state = 'retry', retry_count = $1, started_on = now() where name = 'greet' and state = 'created'",
      [ATTEMPTS_MAX - 1],
    );
    await using _ = await startWorker({ queue, log, jobs: [hopeless] });
    await eventually(() => given.length > 0);
    await eventually(async () => (await waiting("greet")) === 0);
    expect(given).toEqual([ATTEMPTS_MAX + 1]);
  });
});

describe("a singleton job", () => {
  test("a singleton job is enqueued once per key while it waits or runs, and again afterwards", async () => {
    const running = Promise.withResolvers<void>();
    let starts = 0;
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    expect(await waiting("sync")).toBe(1);

    await using _ = await startWorker({
      queue,
      log,
      jobs: [implementJob(sync, () => (++starts === 1 ? running.promise : Promise.resolve()))],
    });
    await eventually(() => starts === 1);
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    expect(await waiting("sync")).toBe(1);

    running.resolve();
    await eventually(async () => (await waiting("sync")) === 0);
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    await eventually(() => starts === 2);
  });

  test("a singleton job runs concurrently for two keys", async () => {
    const seen = new Set<string>();
    const both = Promise.withResolvers<void>();
    const meet = implementJob(sync, async ({ payload }) => {
      if (seen.add(payload.tenantId).size === 2) both.resolve();
      await both.promise;
    });
    await using _ = await startWorker({ queue, log, jobs: [meet] });
    for (const tenantId of ["acme", "globex"]) await queue.enqueue(sync, { tenantId }, { key: tenantId });
    await both.promise;
    await eventually(async () => (await waiting("sync")) === 0);
  });
});

describe("a worker that is disposed", () => {
  test("a disposed worker aborts its job and releases it for the next worker at once, as the same attempt", async () => {
    const attempts: number[] = [];
    const first = await startWorker({
      queue,
      log,
      jobs: [
        implementJob(sync, async ({ signal, attempt }) => {
          attempts.push(attempt);
          await sleep(60_000, undefined, { signal });
        }),
      ],
    });
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    await eventually(() => attempts.length === 1);
    const stoppedAt = performance.now();
    await first[Symbol.asyncDispose]();

    await using _ = await startWorker({
      queue,
      log,
      jobs: [implementJob(sync, async ({ attempt }) => void attempts.push(attempt))],
    });
    await eventually(() => attempts.length === 2);
    // Detection by the heartbeat would take ten seconds.
    expect(onQuietMachine(performance.now() - stoppedAt, 5_000)).toBeLessThan(5_000);
    expect(attempts).toEqual([1, 1]);
    await eventually(async () => (await waiting("sync")) === 0);
  });

  test("a disposed worker lets a job that is about to end finish", async () => {
    const started = Promise.withResolvers<void>();
    const worker = await startWorker({
      queue,
      log,
      jobs: [
        implementJob(sync, async () => {
          started.resolve();
          await sleep(300);
        }),
      ],
    });
    await queue.enqueue(sync, { tenantId: "acme" }, { key: "acme" });
    await started.promise;
    await worker[Symbol.asyncDispose]();
    expect(await waiting("sync")).toBe(0);
  });
});

describe("a schedule", () => {
  test("a schedule is kept per key, replaced by a later one and removed on request", async () => {
    for (let number = 0; number < 30; number++) {
      const key = `tenant-${String(number).padStart(2, "0")}`;
      await queue.schedule(sync, { key, cron: "5 3,15 * * *", payload: { tenantId: key } });
    }
    await queue.schedule(sync, { key: "tenant-07", cron: "9 1 * * *", payload: { tenantId: "tenant-07" } });
    await queue.unschedule(sync, "tenant-08");
    const schedules = await queue.listSchedules(sync);
    expect(schedules).toHaveLength(29);
    expect(schedules.find(({ key }) => key === "tenant-07")).toEqual({
      key: "tenant-07",
      cron: "9 1 * * *",
      payload: { tenantId: "tenant-07" },
    });
    expect(schedules.some(({ key }) => key === "tenant-08")).toBe(false);
    expect(await queue.listSchedules(greet)).toEqual([]);
  });

  test("a due schedule enqueues its job, once per key, whatever other jobs wait", async () => {
    await queue.schedule(sync, { key: "due", cron: "* * * * *", payload: { tenantId: "due" } });
    // A queue checks its schedules every half minute, and at once when it starts.
    await database.dataSource.query("update pgboss.version set cron_on = now() - interval '1 hour'");
    await using _ = await openQueue({ url: database.servingUrl, jobs, log });
    const keys = () =>
      database.dataSource.query(
        "select singleton_key as key, data from pgboss.job where name = 'sync' and state = 'created'",
      );
    await eventually(async () => (await keys()).length > 0);
    expect(await keys()).toEqual([{ key: "due", data: { tenantId: "due" } }]);
  });
});

test("a statement that began while the queue opened waits no longer for its answer than others, once it is open", async () => {
  using notifications = openPolledNotifications();
  await using opening = openQueueDatabase({ url: database.servingUrl, notifications, log });
  // A failover that silences its session would keep the service from stopping for ten minutes.
  const sent = opening.executeSql("select pg_sleep(60)", []);
  const sleeping =
    "select from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
  await eventually(async () => (await database.dataSource.query(sleeping)).length === 1);
  opening.endOpening();

  await expect(sent).rejects.toThrow("The database did not answer");
});
