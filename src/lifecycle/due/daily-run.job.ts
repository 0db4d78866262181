import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import { cronFor } from "../../jobs/timetable.ts";

/** Looks for which companies a day has begun somewhere, and asks for their turns. */
export const dailyRunsDueJob = defineJob({ name: "lifecycle-due", schema: z.object({}), singleton: true });

/** One company's turn. The key is the tenant; its place on the timetable is also how we know whom to ask for. */
export const dailyRunJob = defineJob({
  name: "lifecycle-turn",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/** A day begins somewhere at any quarter of an hour; a minute is how late its dates may be told. */
const EVERY_MINUTE = "* * * * *";

/** Each company's turn comes once a day in any case, should nobody have found it due. */
const RUN_EVERY_HOURS = 24;

const SINGLE_KEY = "all";

/** Has the dates of a company told from now on, for as long as its directory is kept. Harmless to repeat. */
export const scheduleDailyRuns = (queue: Queue, tenantId: string): Promise<void> =>
  queue.schedule(dailyRunJob, {
    key: tenantId,
    cron: cronFor(tenantId, RUN_EVERY_HOURS),
    payload: { tenantId },
  });

/** Has somebody look each minute who is due, and now: the process was away for nobody knows how long. */
export async function scheduleDueCheck(queue: Queue): Promise<void> {
  await queue.schedule(dailyRunsDueJob, { key: SINGLE_KEY, cron: EVERY_MINUTE, payload: {} });
  await queue.enqueue(dailyRunsDueJob, {}, { key: SINGLE_KEY });
}
