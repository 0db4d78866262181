import { hash } from "node:crypto";
import { inTenant } from "../../database/transaction.ts";
import { digestMissed, listMissed, type Missed, removePlanItems } from "../plan/plan.repository.ts";
import type { Plan } from "../plan/plan.ts";
import type { ReadContext } from "../run-context.ts";
import { LOOK_UPS_MAX } from "./look-ups.ts";

/**
 * Looks up the record of each missing person by id before they become leavers. A person with a record has not
 * left and is removed from the plan, before an admin sees it and before it gets its fingerprint. A person
 * whose look-up is refused or fails stays, too, and the next run looks them up again. So one odd answer does
 * not block other changes.
 *
 * If more people are missing than the run may look up, it looks up none, and the plan has their number.
 *
 * @param isShown whether an admin sees, or has approved, a plan: approving also takes out people missed for
 * the first time.
 */
export async function confirmDepartures(
  context: ReadContext,
  planned: Plan,
  isShown: (plan: Plan) => boolean,
): Promise<Plan> {
  const { summary } = planned;
  if (summary.left + summary.firstAbsences === 0) return planned;
  const leavers = await confirm("LEAVE", context);
  const left = {
    ...summary,
    left: summary.left - leavers.stillThere,
    unchanged: summary.unchanged + leavers.stillThere,
    unconfirmed: leavers.unconfirmed,
  };
  const plan = { ...planned, summary: left };
  if (!isShown(plan)) return plan;
  const absences = await confirm("ABSENT", context);
  const missed = await inTenant(context.deps.dataSource, context.tenantId, (manager) =>
    digestMissed(manager, plan.readId),
  );
  return {
    ...plan,
    summary: {
      ...left,
      firstAbsences: left.firstAbsences - absences.stillThere,
      unconfirmed: left.unconfirmed + absences.unconfirmed,
      fingerprint: missed ? hash("sha256", left.fingerprint + missed) : left.fingerprint,
    },
  };
}

type Confirmed = { readonly stillThere: number; readonly unconfirmed: number };

/** Looks up people who are missing for the first time (`ABSENT`), or who are leavers by it now (`LEAVE`). */
async function confirm(
  change: Missed,
  { tenantId, readId, lookUps, deps: { dataSource } }: ReadContext,
): Promise<Confirmed> {
  const { count, personioIds } = await inTenant(dataSource, tenantId, (manager) =>
    listMissed(manager, readId, { change, limit: LOOK_UPS_MAX }),
  );
  const lookedUp = count > LOOK_UPS_MAX ? null : await lookUps.lookUp(personioIds);
  if (!lookedUp) return { stillThere: 0, unconfirmed: count };
  const staying = personioIds.filter((id) => !lookedUp.gone.has(id));
  if (staying.length > 0)
    await inTenant(dataSource, tenantId, (manager) => removePlanItems(manager, readId, staying));
  return { stillThere: staying.length, unconfirmed: 0 };
}
