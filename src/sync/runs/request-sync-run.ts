import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { type Actor, SYSTEM } from "../../access/actor.ts";
import { findIntegration, findIntegrationForUpdate } from "../../integration/integration.repository.ts";
import { isConnected } from "../../integration/open-account.ts";
import type { Queue } from "../../jobs/queue.ts";
import { keyOfRun, syncJob } from "./sync.job.ts";
import { findSyncRunUnderWay, insertSyncRun, requestFullRun } from "./sync-run.repository.ts";
import type { SyncMode, SyncRun, SyncTrigger } from "./sync-run.ts";
import { finishSyncRun, type SyncRunResult } from "./sync-run-progress.repository.ts";

export type SyncRunRequest = {
  readonly tenantId: string;
  readonly trigger: SyncTrigger;
  readonly requestedBy: Actor;
  readonly mode?: SyncMode;
  readonly dry?: boolean;
  /**
   * The caller's transaction has changed the mapping or the credential, so a run that has started is not
   * enough.
   */
  readonly needsNewRun?: boolean;
};

/**
 * Requests a run: a new one, or the one that is under way. An INCREMENTAL request becomes FULL if there is no
 * success to continue from. The caller's transaction writes both row and job, so neither exists without the
 * other.
 *
 * If the run that is under way does less, it becomes FULL while it is still queued. Once it is running, a
 * FULL run follows it (see `endSyncRun`).
 */
export async function requestSyncRun(
  manager: EntityManager,
  queue: Queue,
  request: SyncRunRequest,
): Promise<SyncRun> {
  const { tenantId, trigger, requestedBy, dry = false } = request;
  const mode =
    request.mode === "INCREMENTAL" && (await canReadIncrementally(manager)) ? "INCREMENTAL" : "FULL";
  const isNew = await insertSyncRun(manager, { id: randomUUID(), mode, trigger, dry, requestedBy });
  const underWay = await findSyncRunUnderWay(manager);
  const run =
    isNew || !underWay || isEnough(underWay, request)
      ? underWay
      : await requestFullRun(manager, underWay.id, request);
  // Of two concurrent requests, the second waits for the row of the first. Here, that run has ended in
  // between.
  if (!run) return requestSyncRun(manager, queue, request);
  await queue.enqueue(syncJob, { tenantId, runId: run.id }, { key: keyOfRun(run), manager });
  return run;
}

/**
 * Whether the run that is under way covers the request. A request for a plan accepts any run, and webhooks
 * repeat their request until a run has claimed their people.
 */
function isEnough(underWay: SyncRun, { trigger, mode, dry, needsNewRun }: SyncRunRequest): boolean {
  if (dry || trigger === "WEBHOOK") return true;
  const plansOnly = underWay.dry && underWay.approvedAt === null;
  if (needsNewRun || plansOnly) return false;
  return underWay.mode === "FULL" || (mode === "INCREMENTAL" && underWay.trigger !== "WEBHOOK");
}

/**
 * Ends a run, as `finishSyncRun` does, and queues the FULL run that was requested meanwhile: both or neither.
 * False if the attempt is no longer the current one.
 */
export async function endSyncRun(
  manager: EntityManager,
  queue: Queue,
  run: Pick<SyncRun, "tenantId" | "id" | "attempt">,
  outcome: SyncRunResult,
): Promise<boolean> {
  // Callers that change the integration and then request a run lock it first, too: another order could
  // deadlock.
  const integration = await findIntegrationForUpdate(manager);
  const ended = await finishSyncRun(manager, run, outcome);
  if (ended?.wantedTrigger && integration && isConnected(integration))
    await requestSyncRun(manager, queue, {
      tenantId: run.tenantId,
      trigger: ended.wantedTrigger,
      requestedBy: ended.wantedBy ?? SYSTEM,
    });
  return ended !== null;
}

/**
 * Whether a run may read only some people: a run has succeeded, with the API version in use. After a switch
 * of the version, matching offices and departments needs a read of all people.
 */
async function canReadIncrementally(manager: EntityManager): Promise<boolean> {
  const integration = await findIntegration(manager);
  return integration?.lastSucceededAt != null && integration.orgVersion === integration.apiVersion;
}
