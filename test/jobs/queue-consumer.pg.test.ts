import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { defineJob, implementJob } from "../../src/jobs/job.ts";
import { type OpenQueue, openQueue } from "../../src/jobs/queue.ts";
import { CONCURRENCY } from "../../src/jobs/queue-consumer.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { onQuietMachine } from "../support/slowness.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const log = createLogger("silent");
const work = defineJob({ name: "work", schema: z.object({ number: z.number() }) });

let database: TestDatabase;
let queue: OpenQueue;
beforeAll(async () => {
  database = await createTestDatabase();
  queue = await openQueue({ url: database.servingUrl, jobs: [work], log });
});
afterAll(async () => {
  await queue[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const enqueue = async (numbers: readonly number[]): Promise<void> => {
  for (const number of numbers) await queue.enqueue(work, { number });
};
const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, number) => number);

/** Each worker acts as another replica, with slots of its own. */
const startWorking = (handler: (number: number, signal: AbortSignal) => Promise<void>) =>
  startWorker({
    queue,
    log,
    jobs: [implementJob(work, ({ payload, signal }) => handler(payload.number, signal))],
  });

test("quick jobs run oldest first, as many at a time as there are slots, without pauses", async () => {
  const jobs = numbersTo(40);
  await enqueue(jobs);
  const started: number[] = [];
  let [running, most, ended] = [0, 0, 0];
  const startedAt = performance.now();
  await using _ = await startWorking(async (number) => {
    started.push(number);
    running += 1;
    most = Math.max(most, running);
    await sleep(50);
    running -= 1;
    ended += 1;
  });
  await eventually(() => ended === jobs.length);
  const ms = performance.now() - startedAt;

  expect(most).toBe(CONCURRENCY);
  // Slots that poll at the same moment may swap two jobs.
  for (const [place, number] of started.entries()) expect(Math.abs(place - number)).toBeLessThan(CONCURRENCY);
  // A slot that idled until the next poll would take ten seconds for its ten jobs.
  expect(onQuietMachine(ms, 5_000)).toBeLessThan(5_000);
});

test("jobs that come due without a notification run as many at a time as there are slots", async () => {
  const jobs = numbersTo(2 * CONCURRENCY);
  const all = Promise.withResolvers<void>();
  let [running, most, ended] = [0, 0, 0];
  await using _ = await startWorking(async (_number, signal) => {
    running += 1;
    most = Math.max(most, running);
    if (running === CONCURRENCY) all.resolve();
    // One slot alone ends each job before that becomes long, so it would run them one after another.
    await Promise.race([all.promise, sleep(1_500, undefined, { signal })]);
    running -= 1;
    ended += 1;
  });
  // Their notifications wake slots that find nothing yet.
  for (const number of jobs) await queue.enqueue(work, { number }, { startAfterSeconds: 2 });
  await eventually(() => ended === jobs.length);
  expect(most).toBe(CONCURRENCY);
});

test("hanging jobs, however many, do not block the jobs behind them", async () => {
  const hanging = numbersTo(3 * CONCURRENCY);
  const quick = hanging.length;
  await enqueue([...hanging, quick]);
  const done = Promise.withResolvers<void>();
  const under = new Set<number>();
  await using _ = await startWorking(async (number, signal) => {
    under.add(number);
    if (number === quick) return done.resolve();
    await sleep(60_000, undefined, { signal });
  });

  await done.promise;
  // The hanging jobs have left their slots and still run.
  expect(under.size).toBe(hanging.length + 1);
  const [row] = await database.dataSource.query(
    "select count(*)::int as active from pgboss.job where name = 'work' and state = 'active' and data ->> 'number' <> $1",
    [String(quick)],
  );
  expect(row.active).toBe(hanging.length);
});

test("a job that has left its slot is released like any other when the worker is disposed", async () => {
  await queue.boss.deleteAllJobs("work");
  await enqueue(numbersTo(CONCURRENCY + 1));
  const attempts: number[] = [];
  const worker = await startWorking(async (number, signal) => {
    attempts.push(number);
    await sleep(60_000, undefined, { signal });
  });
  // The last one starts as soon as one before it has left its slot.
  await eventually(() => attempts.length === CONCURRENCY + 1);
  await worker[Symbol.asyncDispose]();

  await using _ = await startWorking(async (number) => void attempts.push(number));
  await eventually(() => attempts.length === 2 * (CONCURRENCY + 1));
  expect(attempts.slice(CONCURRENCY + 1).sort()).toEqual(numbersTo(CONCURRENCY + 1));
});
