import { hash } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import { digestMissed, listMissed, type Missed, removePlanItems } from "../plan/plan.repository.ts";
import type { PlanSummary } from "../plan/tally.ts";
import { LOOK_UPS_MAX, type LookUps } from "./look-ups.ts";

export type DeparturesTask = {
  readonly tenantId: string;
  readonly readId: string;
  readonly lookUps: LookUps;
  /** Whether an admin will see, or has approved, what is left of a plan: approving takes out who is missed for the first time as well. */
  readonly isShown: (plan: PlanSummary) => boolean;
};

/**
 * Before somebody becomes a leaver because the list misses them, their record is asked for by its id: whoever has one has not left,
 * whatever the list said, and is taken out of the plan. What is left is what an admin sees, and what its fingerprint says.
 * Whose look-up is refused or fails stays as well, and the next run asks again: one odd answer keeps nobody else's change out.
 *
 * Of more people than can be asked for nobody is, and the plan says how many.
 */
export async function confirmDepartures(
  planned: PlanSummary,
  task: DeparturesTask,
  dataSource: DataSource,
): Promise<PlanSummary> {
  if (planned.left + planned.firstAbsences === 0) return planned;
  const within: Within = (work) => inTenant(dataSource, task.tenantId, work);
  const leavers = await confirm("LEAVE", task, within);
  const plan = {
    ...planned,
    left: planned.left - leavers.stillThere,
    unchanged: planned.unchanged + leavers.stillThere,
    unconfirmed: leavers.unconfirmed,
  };
  if (!task.isShown(plan)) return plan;
  const absences = await confirm("ABSENT", task, within);
  const missed = await within((manager) => digestMissed(manager, task.readId));
  return {
    ...plan,
    firstAbsences: plan.firstAbsences - absences.stillThere,
    unconfirmed: plan.unconfirmed + absences.unconfirmed,
    fingerprint: missed ? hash("sha256", plan.fingerprint + missed) : plan.fingerprint,
  };
}

type Within = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
type Confirmed = { readonly stillThere: number; readonly unconfirmed: number };

/** Those whom the list misses for the first time (`ABSENT`), or those whom that makes leavers now (`LEAVE`). */
async function confirm(
  change: Missed,
  { readId, lookUps }: DeparturesTask,
  within: Within,
): Promise<Confirmed> {
  const { count, personioIds } = await within((manager) =>
    listMissed(manager, readId, { change, limit: LOOK_UPS_MAX }),
  );
  const lookedUp = count > LOOK_UPS_MAX ? null : await lookUps.ask(personioIds);
  if (!lookedUp) return { stillThere: 0, unconfirmed: count };
  const staying = personioIds.filter((id) => !lookedUp.gone.has(id));
  if (staying.length > 0) await within((manager) => removePlanItems(manager, readId, staying));
  return { stillThere: staying.length, unconfirmed: 0 };
}
