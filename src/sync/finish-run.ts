import type { EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../database/transaction.ts";
import type { ActionableError } from "../errors.ts";
import { applyPlan } from "./apply/apply-plan.ts";
import { checkFields, checkWipes } from "./check-fields.ts";
import { writeLedger } from "./ledger/write-ledger.ts";
import type { Plan } from "./plan/plan.ts";
import type { PlanSummary } from "./plan/plan-summary.ts";
import type { Snapshot } from "./read/snapshot.ts";
import { type ReadWith, recordApplied, recordFailed, recordHeld } from "./record-result.ts";
import type { RunContext } from "./run-context.ts";
import { approvalWaits, leftOpen, staleAttempt } from "./run-problems.ts";
import { endSyncRun } from "./runs/request-sync-run.ts";
import { countSkippedEmployees } from "./runs/skipped-employee.repository.ts";
import type { SyncRun } from "./runs/sync-run.ts";
import type { SyncRunCounts, SyncRunResult } from "./runs/sync-run-progress.repository.ts";
import { STATEMENT_TIMEOUT_MS, type SyncDeps } from "./sync-deps.ts";

/**
 * Applies the plan and ends the run in one transaction: a client that sees the run SUCCEEDED sees its
 * directory. The transaction rolls back if another worker has taken over the run, or if an admin has
 * disconnected the account or replaced the credential.
 */
export async function applyRun(context: RunContext, snapshot: Snapshot, plan: Plan): Promise<void> {
  const { tenantId, run, lookUps, deps } = context;
  const { healed, emitted } = await inTenant(deps.dataSource, tenantId, async (manager) => {
    await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
    const task = { context, snapshot, plan, at: deps.clock() };
    const { relinked, emitted } = await applyPlan(manager, task);
    await writeLedger(manager, task, relinked);
    const problem = leftOpen(snapshot, lookUps.failures());
    const clean = !problem && (await countSkippedEmployees(manager)) === 0;
    await end(manager, context, {
      status: clean ? "SUCCEEDED" : "SUCCEEDED_WITH_SKIPS",
      finishedAt: task.at,
      counts: countChanges(plan.summary, { approved: run.approvedAt !== null, relinked }),
      ...(problem && { problem }),
    });
    return { healed: await recordApplied(manager, task), emitted };
  });
  deps.metrics.eventsEmitted(emitted);
  if (healed) deps.log.info("integration recovered");
  const { added, changed, left, skipped } = plan.summary;
  deps.log.info({ added, changed, left, skipped }, "sync run applied");
}

async function end(manager: EntityManager, { run, deps }: RunContext, outcome: SyncRunResult): Promise<void> {
  if (!(await endSyncRun(manager, deps.queue, run, outcome))) throw staleAttempt();
}

/** A restored supervisor link changes the person; in an approved plan, a first absence is a departure. */
const countChanges = (plan: PlanSummary, extra: { approved: boolean; relinked: number }): SyncRunCounts => {
  const leaving = extra.approved ? plan.firstAbsences : 0;
  return {
    added: plan.added,
    changed: plan.changed + extra.relinked,
    unchanged: Math.max(0, plan.unchanged - leaving - extra.relinked),
    left: plan.left + leaving,
    skipped: plan.skipped,
  };
};

/** Ends a run before it writes to the directory, and keeps its plan for an admin to review. */
export async function holdRun(
  context: RunContext,
  snapshot: Snapshot,
  { plan, held }: { readonly plan: Plan; readonly held: ActionableError },
): Promise<void> {
  const { tenantId, deps } = context;
  const { fingerprint, cleared, left, firstAbsences } = plan.summary;
  await inTenant(deps.dataSource, tenantId, async (manager) => {
    await checkWipes(manager, context.wipes);
    await end(manager, context, {
      status: "HELD",
      finishedAt: deps.clock(),
      counts: countChanges(plan.summary, { approved: true, relinked: 0 }),
      problem: held,
      plan: {
        readId: plan.readId,
        fingerprint,
        cleared: cleared.filter((field) => field.cleared > 0),
      },
    });
    await checkFields(manager, snapshot.rules.mapping);
    await recordHeld(manager, context, held);
  });
  deps.log.warn({ code: held.code, left, firstAbsences }, "sync run held");
}

/**
 * Ends a run that changed nothing.
 *
 * @throws CredentialReplaced, and ends nothing, if an admin has replaced the credential or the API version
 * that failed.
 */
export async function failRun(
  run: SyncRun,
  { problem, credential }: { readonly problem: ActionableError; readonly credential: ReadWith | null },
  deps: SyncDeps,
): Promise<void> {
  const breaks = await inTenant(deps.dataSource, run.tenantId, async (manager) => {
    const failedAt = deps.clock();
    const isCurrent = await endSyncRun(manager, deps.queue, run, asFailed(run, problem, failedAt));
    return isCurrent && recordFailed(manager, run, { problem, credential, failedAt });
  });
  if (!breaks) return;
  deps.metrics.integrationBroke(problem.code);
  deps.log.error({ code: problem.code }, "integration broken; the last good directory is still served");
}

/** How a failed run ends. If its approved plan can wait, the run is held again, with the problem. */
function asFailed(run: SyncRun, problem: ActionableError, finishedAt: Date): SyncRunResult {
  const waits = approvalWaits(run, problem);
  const { planReadId: readId, planFingerprint: fingerprint } = run;
  const cleared = run.planCleared ?? [];
  return waits && readId && fingerprint
    ? { status: "HELD", finishedAt, problem: waits, counts: run, plan: { readId, fingerprint, cleared } }
    : { status: "FAILED", finishedAt, problem };
}
