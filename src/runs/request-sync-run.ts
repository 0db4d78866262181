import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { findIntegration } from "../integration/integration.repository.ts";
import type { Queue } from "../jobs/queue.ts";
import { syncJob } from "./sync.job.ts";
import { findSyncRunUnderWay, insertSyncRun } from "./sync-run.repository.ts";
import type { SyncMode, SyncRun, SyncTrigger } from "./sync-run.ts";

/**
 * Asks for a run: a new one, or the one that is under way. An INCREMENTAL one is a FULL one where nothing can be gone on from. Row and job are written in the caller's transaction, so that
 * neither exists without the other.
 */
export async function requestSyncRun(
  manager: EntityManager,
  queue: Queue,
  request: {
    readonly tenantId: string;
    readonly trigger: SyncTrigger;
    readonly mode?: SyncMode;
    readonly dry?: boolean;
  },
): Promise<SyncRun> {
  const { tenantId, trigger, dry = false } = request;
  const mode = request.mode === "INCREMENTAL" && (await canGoOn(manager)) ? "INCREMENTAL" : "FULL";
  await insertSyncRun(manager, { id: randomUUID(), mode, trigger, dry });
  const run = await findSyncRunUnderWay(manager);
  // Of two that ask at once, the second waits for the first one's row; it can only have ended in between.
  if (!run) return requestSyncRun(manager, queue, request);
  await queue.enqueue(syncJob, { tenantId, runId: run.id }, { key: run.id, manager });
  return run;
}

/**
 * Whether a run may read only some people: there was a success to go on from, and it was read with the same version of the
 * API. After another one was chosen, offices and departments must be matched with everybody at hand.
 */
async function canGoOn(manager: EntityManager): Promise<boolean> {
  const integration = await findIntegration(manager);
  return integration?.lastSucceededAt != null && integration.orgVersion === integration.apiVersion;
}
