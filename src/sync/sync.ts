import { randomUUID } from "node:crypto";
import { isOutage } from "../database/database-errors.ts";
import { inTenant } from "../database/transaction.ts";
import { confirmDepartures } from "./confirm/confirm-departures.ts";
import { lookUpRecords } from "./confirm/look-up-records.ts";
import { applyRun, failRun, holdRun } from "./finish-run.ts";
import { type ClaimedRun, claimRun, openRun, type SyncTask } from "./open-run.ts";
import { planRun } from "./plan/plan-run.ts";
import { readCompany } from "./read/read-company.ts";
import { clearStaging } from "./read/staging.repository.ts";
import { settleOffers } from "./remerge/settle-offers.ts";
import { isShown, whyHeld } from "./review/why-held.ts";
import type { RunContext } from "./run-context.ts";
import { asProblem, CredentialReplaced, interruptedTooOften, isReplaced } from "./run-problems.ts";
import { findSyncRun } from "./runs/sync-run.repository.ts";
import type { SyncDeps } from "./sync-deps.ts";

/**
 * A sync makes our tables equal to what Personio returns now.
 *
 *     read ───▶ translate ───▶ look up ───▶ plan ───▶ confirm ───▶ judge ───▶ apply ───▶ ledger
 *     HTTP        pure          HTTP         pure       HTTP         pure       one transaction
 *
 * The run reads everything before it writes anything, and a page that it cannot read ends it without a
 * change. Half a snapshot looks exactly as if half the company had left. Two tables hold what was read and
 * what is planned, so memory does not grow with the company.
 *
 * Two runs of one tenant never overlap: only one is under way at a time, and only the current attempt can end
 * it. A worker that was paused and replaced finds a newer attempt, and changes nothing.
 *
 * A failure ends the run FAILED, with a code that shows who can fix it. Two interruptions are not failures,
 * and the queue repeats the run after them: an abort of the worker, and a lost database. If an admin replaces
 * the credential during a run, the run itself starts again with the new one.
 */
export async function runSync(task: SyncTask, deps: SyncDeps): Promise<void> {
  const log = deps.log.child({ tenantId: task.tenantId, runId: task.runId });
  // One more round for each replacement of the credential.
  while (!(await runWithCredential(task, { ...deps, log })))
    log.info("sync run restarted: credential or API version replaced, or a field hidden");
}

/**
 * False if an admin replaced the credential or hid a field meanwhile: then the run changed and recorded
 * nothing.
 */
async function runWithCredential(task: SyncTask, deps: SyncDeps): Promise<boolean> {
  const { tenantId, runId, signal } = task;
  const { log } = deps;
  const readId = randomUUID();
  const readAt = deps.clock();
  const claimed = await claimRun(task, readAt, deps);
  if (!claimed) {
    log.info("sync run skipped: already ended");
    return true;
  }
  const { run } = claimed;
  const claimedAt = performance.now();
  const attributes = { "sync.run": runId, "sync.mode": run.mode, "sync.trigger": run.trigger };
  let isReplacedPair = false;
  try {
    await deps.trace
      .span("sync", attributes, async () =>
        readPlanApply(await openRun(claimed, { tenantId, readId, readAt, signal }, deps)),
      )
      .catch((error: unknown) => endFailed(claimed, error, task, deps));
  } catch (error) {
    if (!(error instanceof CredentialReplaced)) throw error;
    isReplacedPair = true;
  }
  const ended = await inTenant(deps.dataSource, tenantId, async (manager) => {
    const ended = await findSyncRun(manager, runId);
    await clearStaging(manager, readId, { keepPlan: ended?.planReadId === readId });
    if (run.planReadId && ended?.planReadId !== run.planReadId) await clearStaging(manager, run.planReadId);
    return ended;
  });
  // A replaced worker gets here too; its successor counts the run.
  if (ended?.attempt === run.attempt && ended.finishedAt) {
    const seconds = (performance.now() - claimedAt) / 1_000;
    deps.metrics.syncRunEnded({ status: ended.status, trigger: run.trigger, seconds });
  }
  return !isReplacedPair;
}

/** Records why a run failed, unless it was only interrupted. */
async function endFailed(
  { run, integration }: ClaimedRun,
  error: unknown,
  { signal }: SyncTask,
  deps: SyncDeps,
): Promise<void> {
  if (signal.aborted || isOutage(error) || error instanceof CredentialReplaced) throw error;
  const problem = asProblem(error, deps.log);
  if (isReplaced(problem)) return deps.metrics.syncAttemptReplaced();
  await failRun(run, { problem, credential: integration }, deps);
}

/** The stages of a run, from Personio's pages to the tables. */
async function readPlanApply(context: RunContext): Promise<void> {
  const { signal, deps } = context;
  const snapshot = await lookUpRecords(context, await readCompany(context));
  await settleOffers({ ...context, ...deps }, snapshot.rules.mapping.hidden);
  const planned = await planRun(context, snapshot);
  const plan = await confirmDepartures(context, planned, (shown) => isShown(context, snapshot, shown));
  const held = await whyHeld(context, snapshot, plan);
  signal.throwIfAborted();
  if (held) return holdRun(context, snapshot, { plan, held });
  await deps.trace.span("sync.apply", {}, () => applyRun(context, snapshot, plan));
}

/**
 * Ends a run that killed every worker that claimed it, so that an admin sees it and the next one can start.
 */
export async function giveUpSync(task: Omit<SyncTask, "signal">, deps: SyncDeps): Promise<void> {
  const claimed = await claimRun(task, deps.clock(), deps);
  if (!claimed) return;
  await failRun(claimed.run, { problem: interruptedTooOften(), credential: null }, deps);
  deps.metrics.syncRunEnded({ status: "FAILED", trigger: claimed.run.trigger, seconds: null });
}
