import { hash } from "node:crypto";
import type { DataSource, EntityManager } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import type { PersonioAccount } from "../../personio/employee.ts";
import { inParallel } from "../../personio/listing/in-parallel.ts";
import type { PlanSummary } from "../plan/tally.ts";
import { digestMissed, listMissed, type Missed, removePlanItems } from "./departures.repository.ts";

/** A look-up takes a request, and Personio allows 300 a minute: a run may take some minutes for them, and not an hour. */
export const LOOK_UPS_MAX = 1_000;

/** Enough to go at Personio's pace when an answer takes a second or two. */
export const LOOK_UPS_AT_ONCE = 10;

export type DeparturesTask = {
  readonly tenantId: string;
  readonly readId: string;
  readonly account: PersonioAccount;
  readonly signal: AbortSignal;
  /** Whether an admin will see, or has approved, what is left of a plan: approving takes out who is missed for the first time as well. */
  readonly isShown: (plan: PlanSummary) => boolean;
};

/**
 * Before somebody becomes a leaver because the list misses them, their record is asked for by its id: whoever has one has not left,
 * whatever the list said, and is taken out of the plan. What is left is what an admin sees, and what its fingerprint says.
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
  const leavers = await lookUp(task, { change: "LEAVE", lookUpsMax: LOOK_UPS_MAX }, within);
  const plan = {
    ...planned,
    left: planned.left - leavers.stillThere,
    unchanged: planned.unchanged + leavers.stillThere,
    unconfirmed: leavers.unconfirmed,
  };
  if (!task.isShown(plan)) return plan;
  const lookUpsMax = LOOK_UPS_MAX - leavers.lookUps;
  const absences = await lookUp(task, { change: "ABSENT", lookUpsMax }, within);
  const missed = await within((manager) => digestMissed(manager, task.readId));
  return {
    ...plan,
    firstAbsences: plan.firstAbsences - absences.stillThere,
    unconfirmed: plan.unconfirmed + absences.unconfirmed,
    fingerprint: missed ? hash("sha256", plan.fingerprint + missed) : plan.fingerprint,
  };
}

type Within = <Result>(work: (manager: EntityManager) => Promise<Result>) => Promise<Result>;
type LookedUp = { readonly lookUps: number; readonly stillThere: number; readonly unconfirmed: number };

/** Those whom the list misses for the first time (`ABSENT`), or those whom that makes leavers now (`LEAVE`). */
async function lookUp(
  { readId, account, signal }: DeparturesTask,
  { change, lookUpsMax }: { readonly change: Missed; readonly lookUpsMax: number },
  within: Within,
): Promise<LookedUp> {
  const { count, personioIds } = await within((manager) =>
    listMissed(manager, readId, { change, limit: lookUpsMax }),
  );
  if (count > lookUpsMax) return { lookUps: 0, stillThere: 0, unconfirmed: count };
  const stillThere = await findStillThere(account, personioIds, signal);
  if (stillThere.length > 0) await within((manager) => removePlanItems(manager, readId, stillThere));
  return { lookUps: count, stillThere: stillThere.length, unconfirmed: 0 };
}

async function findStillThere(
  account: PersonioAccount,
  personioIds: readonly string[],
  signal: AbortSignal,
): Promise<string[]> {
  const found = await inParallel(personioIds, { atOnce: LOOK_UPS_AT_ONCE, signal }, async (id, either) =>
    (await account.readEmployee(id, { signal: either })) === null ? [] : [id],
  );
  return found.flat();
}
