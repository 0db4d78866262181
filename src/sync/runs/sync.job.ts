import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";

/** Executes a run of `sync_runs`. The key is the run's id: enqueued twice, it runs once. */
export const syncJob = defineJob({
  name: "sync",
  schema: z.object({ tenantId: z.string(), runId: z.uuid() }),
  singleton: true,
});

/** Requests the scheduled run of one tenant. The key is the tenant's id. */
export const syncDueJob = defineJob({
  name: "sync-due",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});
