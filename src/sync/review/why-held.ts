import { inTenant } from "../../database/transaction.ts";
import type { ActionableError } from "../../errors.ts";
import { judgePlan } from "../plan/judge-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { snapshotEmpty } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RunContext } from "../run-context.ts";
import { plannedOnly } from "../run-problems.ts";
import { judgeApproved } from "./judge-approved.ts";
import { countOthersLeaving } from "./shown-plan.repository.ts";

/** Why the plan of a run waits for an admin; null when the run may apply it. */
export const whyHeld = async (
  context: RunContext,
  snapshot: Snapshot,
  plan: Plan,
): Promise<ActionableError | null> =>
  context.run.approvedAt ? whyNotApproved(context, snapshot, plan) : reasonToHold(context, snapshot, plan);

/** Whether an admin sees the plan: now, or when the admin approved it. */
export const isShown = (context: RunContext, snapshot: Snapshot, plan: Plan): boolean =>
  context.run.approvedAt !== null || reasonToHold(context, snapshot, plan) !== null;

/** Why a plan without an approval is not applied. */
function reasonToHold(
  { run, settings }: RunContext,
  { facts, rules }: Snapshot,
  { summary }: Plan,
): ActionableError | null {
  if (run.dry) return plannedOnly();
  if (facts.peopleRead === 0 && !facts.partial) return snapshotEmpty();
  return judgePlan(summary, settings, rules.rights.attributes);
}

/** Why the approval does not cover the plan of an approved run's second read. */
async function whyNotApproved(
  { run, settings, deps: { dataSource } }: RunContext,
  { rules }: Snapshot,
  { readId, summary }: Plan,
): Promise<ActionableError | null> {
  // The plan is exactly the shown one. The shown rows are not needed then; a crash of Postgres may have
  // emptied them.
  if (run.planFingerprint === summary.fingerprint) return null;
  const othersLeaving =
    summary.left + summary.firstAbsences === 0
      ? 0
      : await inTenant(dataSource, run.tenantId, (manager) =>
          countOthersLeaving(manager, { readId, shownReadId: run.planReadId }),
        );
  const approved = { othersLeaving, cleared: run.planCleared ?? [] };
  return judgeApproved(summary, approved, settings, rules.rights.attributes);
}
