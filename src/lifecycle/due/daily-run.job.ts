import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import { cronFor } from "../../jobs/timetable.ts";

/** Finds the companies for which a day has begun in some zone, and enqueues their daily runs. */
export const dailyRunsDueJob = defineJob({ name: "lifecycle-due", schema: z.object({}), singleton: true });

/**
 * The daily run of one company. The key is the tenant. The schedules of this job are also the list of all
 * companies.
 */
export const dailyRunJob = defineJob({
  // Queues of deployed databases have this name: a new one would strand their jobs.
  name: "lifecycle-turn",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/**
 * Days begin at any quarter of an hour, depending on the zone. Checking each minute makes dates at most a
 * minute late.
 */
const EVERY_MINUTE = "* * * * *";

/** Each company gets a run once a day in any case, even if the check misses it. */
const RUN_EVERY_HOURS = 24;

const SINGLE_KEY = "all";

/** Schedules the daily runs of a company, for as long as its directory is kept. Harmless to repeat. */
export const scheduleDailyRuns = (queue: Queue, tenantId: string): Promise<void> =>
  queue.schedule(dailyRunJob, {
    key: tenantId,
    cron: cronFor(tenantId, RUN_EVERY_HOURS),
    payload: { tenantId },
  });

/** Schedules the check for each minute, and enqueues one now: the process may have been down for long. */
export async function scheduleDueCheck(queue: Queue): Promise<void> {
  await queue.schedule(dailyRunsDueJob, { key: SINGLE_KEY, cron: EVERY_MINUTE, payload: {} });
  await queue.enqueue(dailyRunsDueJob, {}, { key: SINGLE_KEY });
}
