import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { findIntegration, findIntegrationForUpdate } from "../../integration/integration.repository.ts";
import { isFollowed } from "../../integration/open-account.ts";
import type { Queue } from "../../jobs/queue.ts";
import { syncJob } from "./sync.job.ts";
import {
  findSyncRunUnderWay,
  finishSyncRun,
  insertSyncRun,
  requestFullRun,
  type SyncRunResult,
} from "./sync-run.repository.ts";
import type { SyncMode, SyncRun, SyncTrigger } from "./sync-run.ts";

export type SyncRunRequest = {
  readonly tenantId: string;
  readonly trigger: SyncTrigger;
  readonly mode?: SyncMode;
  readonly dry?: boolean;
  /** What runs read by has just changed, in the caller's transaction: one that has begun already will not do. */
  readonly needsNewRun?: boolean;
};

/**
 * Asks for a run: a new one, or the one that is under way. An INCREMENTAL one is a FULL one where nothing can be gone on from. Row and
 * job are written in the caller's transaction, so that neither exists without the other.
 *
 * One that is under way and does less is the answer too, but not all of it: while it waits it is made a FULL run, and once it is
 * running a FULL run follows it (see `endSyncRun`).
 */
export async function requestSyncRun(
  manager: EntityManager,
  queue: Queue,
  request: SyncRunRequest,
): Promise<SyncRun> {
  const { tenantId, trigger, dry = false } = request;
  const mode = request.mode === "INCREMENTAL" && (await canGoOn(manager)) ? "INCREMENTAL" : "FULL";
  const isNew = await insertSyncRun(manager, { id: randomUUID(), mode, trigger, dry });
  const underWay = await findSyncRunUnderWay(manager);
  const run =
    isNew || !underWay || isEnough(underWay, request)
      ? underWay
      : await requestFullRun(manager, underWay.id, trigger);
  // Of two that ask at once, the second waits for the first one's row; it can only have ended in between.
  if (!run) return requestSyncRun(manager, queue, request);
  await queue.enqueue(syncJob, { tenantId, runId: run.id }, { key: run.id, manager });
  return run;
}

/**
 * Whether the run that is under way does what is asked for. Whoever asks for a plan gets to see what there is, and webhooks ask again
 * until a run has read whom they name.
 */
function isEnough(underWay: SyncRun, { trigger, mode, dry, needsNewRun }: SyncRunRequest): boolean {
  if (dry || trigger === "WEBHOOK") return true;
  const plansOnly = underWay.dry && underWay.approvedAt === null;
  if (needsNewRun || plansOnly) return false;
  return underWay.mode === "FULL" || (mode === "INCREMENTAL" && underWay.trigger !== "WEBHOOK");
}

/**
 * Ends a run, as `finishSyncRun` does, and queues the FULL one that was asked for meanwhile: both or neither. False when the attempt is
 * not the current one any more.
 */
export async function endSyncRun(
  manager: EntityManager,
  queue: Queue,
  run: Pick<SyncRun, "tenantId" | "id" | "attempt">,
  outcome: SyncRunResult,
): Promise<boolean> {
  // Locked first, as by whoever changes it and then asks for a run: in another order the two could wait for each other.
  const integration = await findIntegrationForUpdate(manager);
  const ended = await finishSyncRun(manager, run, outcome);
  if (ended?.wantedTrigger && integration && isFollowed(integration))
    await requestSyncRun(manager, queue, { tenantId: run.tenantId, trigger: ended.wantedTrigger });
  return ended !== null;
}

/**
 * Whether a run may read only some people: there was a success to go on from, and it was read with the same version of the
 * API. After another one was chosen, offices and departments must be matched with everybody at hand.
 */
async function canGoOn(manager: EntityManager): Promise<boolean> {
  const integration = await findIntegration(manager);
  return integration?.lastSucceededAt != null && integration.orgVersion === integration.apiVersion;
}
