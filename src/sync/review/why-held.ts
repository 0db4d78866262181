import { inTenant } from "../../database/transaction.ts";
import { ActionableError, type ErrorDetails } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import { isTooMuchCleared, judgePlan } from "../plan/judge-plan.ts";
import { fieldOf, nameField } from "../plan/name-field.ts";
import type { Plan } from "../plan/plan.ts";
import type { PlanSummary } from "../plan/plan-summary.ts";
import { snapshotEmpty } from "../read/read-snapshot.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RunContext } from "../run-context.ts";
import { plannedOnly } from "../run-problems.ts";
import type { ClearedField } from "../runs/sync-run.ts";
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

export type Approved = {
  /** People who would leave by the new plan, but not by the approved one. */
  readonly othersLeaving: number;
  /** What the approved plan showed. */
  readonly cleared: readonly ClearedField[];
};

/**
 * Whether an approval covers the plan of the second read: null, or the reason to hold the run again. Pure.
 *
 * An admin approves what the guard stopped: these people may leave, and these fields may be emptied for so
 * many people. Ordinary changes since then need no approval, however many they are. A departure or an emptied
 * field that the plan did not show stops the run, as in any run.
 */
export function judgeApproved(
  plan: Pick<PlanSummary, "cleared">,
  { othersLeaving, cleared }: Approved,
  settings: Pick<PeopleSettings, "leaverGuardPeople">,
  attributes: readonly Pick<Attribute, "key" | "label">[] = [],
): ActionableError | null {
  if (othersLeaving > 0)
    return outdated(
      `${othersLeaving} more ${othersLeaving === 1 ? "person" : "people"} would leave the directory`,
      {
        othersLeaving,
      },
    );
  const emptied = plan.cleared.find((now) => {
    const shown = cleared.find(({ field }) => field === now.field);
    if (now.cleared <= (shown?.cleared ?? 0)) return false;
    return isTooMuchCleared(now, settings) || (shown !== undefined && isTooMuchCleared(shown, settings));
  });
  if (!emptied) return null;
  return outdated(`${nameField(emptied.field, attributes)} would be emptied for ${emptied.cleared} people`, {
    field: fieldOf(emptied.field),
    cleared: emptied.cleared,
  });
}

const outdated = (found: string, details: ErrorDetails): ActionableError =>
  new ActionableError(
    "SYNC_PLAN_OUTDATED",
    `Personio has changed since the plan was approved: ${found}, which the plan did not show. Nothing ` +
      "was changed.",
    "Review the current plan, then approve or reject it.",
    { details },
  );
