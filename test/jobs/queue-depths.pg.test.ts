import { test } from "vitest";
import { z } from "zod";
import { defineJob, implementJob } from "../../src/jobs/job.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDatabase } from "../support/test-database.ts";

const log = createLogger("silent");

const schema = z.object({ number: z.number() });
const hold = defineJob({ name: "hold", schema });
const rest = defineJob({ name: "rest", schema });
/** It counts at each look, and the test waits for three counts. */
const QUEUE = { jobs: [hold, rest], lookEverySeconds: 1, log };

test("the depths of the queues count ready jobs, running jobs, and jobs of other kinds separately", async () => {
  await using database = await createTestDatabase();
  await using queue = await openQueue({ ...QUEUE, url: database.servingUrl });
  const depthsBecome = (expected: object) =>
    eventually(async () => JSON.stringify(await queue.readDepths()) === JSON.stringify(expected), {
      what: `the depths becoming ${JSON.stringify(expected)}`,
    });

  await queue.enqueue(hold, { number: 1 });
  await queue.enqueue(hold, { number: 2 });
  await queue.enqueue(rest, { number: 3 });
  await queue.enqueue(rest, { number: 4 }, { startAfterSeconds: 600 });
  await depthsBecome({ hold: { waiting: 2, running: 0 }, rest: { waiting: 1, running: 0 } });

  const finish = Promise.withResolvers<void>();
  const held = implementJob(hold, async () => finish.promise);
  await using _worker = await startWorker({ queue, log, jobs: [held] });
  await depthsBecome({ hold: { waiting: 0, running: 2 }, rest: { waiting: 1, running: 0 } });
  finish.resolve();
  await depthsBecome({ hold: { waiting: 0, running: 0 }, rest: { waiting: 1, running: 0 } });
});
