import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";

/** Works a run that stands in `sync_runs`. The key is the run's id: enqueued twice, it runs once. */
export const syncJob = defineJob({
  name: "sync",
  schema: z.object({ tenantId: z.string(), runId: z.uuid() }),
  singleton: true,
});

/** The timetable's turn of one tenant, which is the key: makes a run and enqueues it. */
export const syncDueJob = defineJob({
  name: "sync-due",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});
