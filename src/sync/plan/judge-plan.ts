import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import { ActionableError } from "../../errors.ts";
import type { PlanSummary } from "./plan-run.ts";

/**
 * Whether a plan may be applied: null, or the reason to hold it.
 *
 * The danger is a filter in Personio, or a narrowed access right, that makes people vanish from the API without any error. Stopping a
 * real wave of departures costs an admin one setting. Believing a false one closes accounts. People who are missed for the
 * first time count as if they left already: two such runs in a row would take them out.
 */
export function judgePlan(
  plan: Pick<PlanSummary, "left" | "firstAbsences" | "current">,
  settings: Pick<PeopleSettings, "leaverGuardPeople" | "leaverGuardPercent">,
): ActionableError | null {
  const leaving = plan.left + plan.firstAbsences;
  const allowed = Math.max(settings.leaverGuardPeople, (plan.current * settings.leaverGuardPercent) / 100);
  if (leaving <= allowed) return null;
  return new ActionableError(
    "LEAVER_GUARD",
    `${leaving} of ${plan.current} people would leave the directory in one run; at most ${Math.floor(allowed)} may. ` +
      "Nothing was changed.",
    "Look at the run's plan. If these departures are real, approve it with approveSyncRun. If not, reject it and check the credential's " +
      "access rights in Personio. The threshold is a setting: leaverGuardPercent and leaverGuardPeople.",
  );
}
