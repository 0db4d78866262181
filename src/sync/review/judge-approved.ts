import { ActionableError } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import { isTooMuchCleared } from "../plan/judge-plan.ts";
import { nameField } from "../plan/name-field.ts";
import type { PlanSummary } from "../plan/plan-summary.ts";
import type { ClearedField } from "../runs/sync-run.ts";

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
  if (othersLeaving > 0) return outdated(`${othersLeaving} more people would leave the directory`);
  const emptied = plan.cleared.find((now) => {
    const shown = cleared.find(({ field }) => field === now.field);
    if (now.cleared <= (shown?.cleared ?? 0)) return false;
    return isTooMuchCleared(now, settings) || (shown !== undefined && isTooMuchCleared(shown, settings));
  });
  if (!emptied) return null;
  return outdated(`${nameField(emptied.field, attributes)} would be emptied for ${emptied.cleared} people`);
}

const outdated = (found: string): ActionableError =>
  new ActionableError(
    "SYNC_PLAN_OUTDATED",
    `Personio has changed since the plan was approved: ${found}, which the plan did not show. Nothing ` +
      "was changed.",
    "Review the current plan, then approve or reject it.",
  );
