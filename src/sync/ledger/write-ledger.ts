import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import type { ApplyTask } from "../apply/apply-plan.ts";
import { planCompanyEntries } from "./company-entries.ts";
import { recordAbsences, replaceLedger } from "./ledger.repository.ts";

/**
 * The last stage: makes the skip ledger equal to what this run found, in the transaction that applied the
 * plan.
 *
 *     plan: one person at a time ──┐
 *                                  ├─▶ planned_skips ───▶ skipped_employees
 *     ledger: the whole company ───┘
 *
 * It also records which people a complete run missed: the next run that misses them makes them leavers.
 *
 * @param relinked how many people changed beyond the plan, because their supervisor came into the directory.
 */
export async function writeLedger(
  manager: EntityManager,
  { context: { run }, snapshot: { readId, facts }, plan: { summary }, at }: ApplyTask,
  relinked: number,
): Promise<void> {
  const { complete, peopleRead } = facts;
  await planForMany(manager, peopleRead, () => recordAbsences(manager, { runId: run.id, readId, complete }));
  const left = summary.left + (run.approvedAt ? summary.firstAbsences : 0);
  const isChanged = summary.added + summary.changed + left + relinked > 0;
  await planCompanyEntries(manager, { readId, peopleRead }, { isChanged });
  await planForMany(manager, peopleRead, () => replaceLedger(manager, { readId, complete }, at));
}
