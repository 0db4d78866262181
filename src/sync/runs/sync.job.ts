import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";
import type { SyncRun } from "./sync-run.ts";

/** Executes a run of `sync_runs`. The key is `keyOfRun`: enqueued twice, it runs once. */
export const syncJob = defineJob({
  name: "sync",
  schema: z.object({ tenantId: z.string(), runId: z.uuid() }),
  singleton: true,
});

/**
 * The run, and its approval. An admin may approve a run while the job that held it still ends. With the same
 * key, that job would swallow the next one, and the approved run would wait for ever.
 */
export const keyOfRun = ({ id, approvedAt }: Pick<SyncRun, "id" | "approvedAt">): string =>
  approvedAt ? `${id} ${approvedAt.toISOString()}` : id;

/** Requests the scheduled run of one tenant. The key is the tenant's id. */
export const syncDueJob = defineJob({
  name: "sync-due",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});
