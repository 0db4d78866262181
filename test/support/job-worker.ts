import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { defineJob, implementJob } from "../../src/jobs/job.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { startWorker } from "../../src/jobs/worker.ts";
import { createLogger } from "../../src/log.ts";

/**
 * A worker in a process of its own, for tests that kill it: `node job-worker.ts <url>`. It prints the attempt
 * of each job it starts, holds the first attempt for a minute and ends every later one at once.
 */
const [, , url = ""] = process.argv;
const log = createLogger("silent");
const sync = defineJob({ name: "sync", schema: z.object({ tenantId: z.string() }), singleton: true });
const queue = await openQueue({ url, jobs: [sync], log });
await startWorker({
  queue,
  log,
  jobs: [
    implementJob(sync, async ({ attempt, signal }) => {
      console.log(JSON.stringify({ attempt }));
      if (attempt === 1) await sleep(60_000, undefined, { signal });
    }),
  ],
});
