import { ActionableError } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import { fieldOf, nameField } from "./name-field.ts";
import type { FieldClearing, PlanSummary } from "./plan-summary.ts";

type Thresholds = Pick<PeopleSettings, "leaverGuardPeople" | "leaverGuardPercent">;

/**
 * Up to five people may always lose a value: in a company of six, two corrected dates are not an incident.
 */
const CLEARED_PEOPLE_MIN = 5;

/**
 * The share of people with a field who may lose it at once: no HR team empties a field by hand for half the
 * company.
 */
const CLEARED_SHARE_MAX = 0.5;

/**
 * Whether a plan may be applied: null, or the reason to hold it. Pure.
 *
 * The danger is a filter in Personio, or a narrowed access right, that makes people or values vanish from the
 * API without any error. Stopping a real wave of departures costs an admin one approval. Believing a false
 * one closes accounts. People missed for the first time count as if they left: the next such run would take
 * them out.
 */
export const judgePlan = (
  plan: Pick<PlanSummary, "left" | "firstAbsences" | "unconfirmed" | "current" | "cleared">,
  thresholds: Thresholds,
  attributes: readonly Pick<Attribute, "key" | "label">[] = [],
): ActionableError | null =>
  tooManyLeaving(plan, thresholds) ??
  tooManyUnconfirmed(plan) ??
  tooMuchCleared(plan, thresholds, attributes);

function tooManyLeaving(
  plan: Pick<PlanSummary, "left" | "firstAbsences" | "unconfirmed" | "current">,
  { leaverGuardPeople, leaverGuardPercent }: Thresholds,
): ActionableError | null {
  const leaving = plan.left + plan.firstAbsences;
  const allowed = Math.max(leaverGuardPeople, (plan.current * leaverGuardPercent) / 100);
  if (leaving <= allowed) return null;
  return new ActionableError(
    "LEAVER_GUARD",
    `${leaving} of ${plan.current} people would leave the directory in one run; the limit is ${Math.floor(allowed)}. ` +
      `${plan.unconfirmed > 0 ? `${notLookedUp(plan.unconfirmed)} ` : ""}Nothing was changed.`,
    "Review the run's plan. If these departures are real, approve it with approveSyncRun. If not, reject it. Then check the " +
      "credential's access rights in Personio, and who peopleSettings excludes. The thresholds are settings: leaverGuardPercent " +
      "and leaverGuardPeople.",
    {
      details: { leaving, current: plan.current, limit: Math.floor(allowed), unconfirmed: plan.unconfirmed },
    },
  );
}

/** Whatever the threshold: if Personio's list misses people, that alone does not prove that they left. */
function tooManyUnconfirmed({ unconfirmed }: Pick<PlanSummary, "unconfirmed">): ActionableError | null {
  if (unconfirmed === 0) return null;
  return new ActionableError(
    "LEAVER_GUARD",
    `${notLookedUp(unconfirmed)} Nothing was changed.`,
    "Review the run's plan, and check in Personio whether some of these people are still there. If they have left, approve the plan with " +
      "approveSyncRun. If not, reject it and check the credential's access rights in Personio.",
    { details: { unconfirmed } },
  );
}

const notLookedUp = (people: number): string =>
  `Personio's list lacks ${people} people, too many to look up each record by its id, so we cannot know whether they have left.`;

export const isTooMuchCleared = (
  { cleared, had }: Pick<FieldClearing, "cleared" | "had">,
  { leaverGuardPeople }: Pick<Thresholds, "leaverGuardPeople">,
): boolean => cleared > Math.max(Math.min(leaverGuardPeople, CLEARED_PEOPLE_MIN), had * CLEARED_SHARE_MAX);

/**
 * Raising the setting for a wave of leavers must not switch off this guard; lowering it makes both guards
 * stricter.
 */
function tooMuchCleared(
  { cleared }: Pick<PlanSummary, "cleared">,
  { leaverGuardPeople }: Thresholds,
  attributes: readonly Pick<Attribute, "key" | "label">[],
): ActionableError | null {
  const worst = cleared.find((field) => isTooMuchCleared(field, { leaverGuardPeople }));
  if (!worst) return null;
  return new ActionableError(
    "FIELD_GUARD",
    `${nameField(worst.field, attributes)} would be emptied for ${worst.cleared} of the ${worst.had} people who have it. ` +
      "Nothing was changed.",
    "Review the run's plan. If this is intended, approve it with approveSyncRun. If not, reject it and check the attribute in " +
      "Personio, and the sources of the field in peopleFields.",
    { details: { field: fieldOf(worst.field), cleared: worst.cleared, had: worst.had } },
  );
}
