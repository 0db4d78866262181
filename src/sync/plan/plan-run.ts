import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import { countCurrentPeople } from "../../people/changes/person-changes.repository.ts";
import {
  listContestedEmailClaims,
  listRehireCandidates,
  type SideBySideRow,
  streamSideBySide,
} from "../read/staging.repository.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { analyzePlan, insertPlanItems, insertPlannedSkips, type PlanItem } from "./plan.repository.ts";
import { type Decision, type PlanRules, planChange } from "./plan-changes.ts";
import { settleEmails } from "./settle-emails.ts";
import { inheritAddresses, settleRehires } from "./settle-rehires.ts";
import { createTally, type PlanSummary } from "./tally.ts";

export type PlanTask = {
  readonly readId: string;
  readonly settings: PeopleSettings;
  readonly complete: boolean;
  /** Only some of the company was read. */
  readonly partial: boolean;
  readonly customKeys: readonly string[];
};

/** What a preview wants to see of each decision; a run needs no more than the rows. */
export type OnDecision = (decision: Decision, row: SideBySideRow) => void;

/**
 * Compares what was read with what we hold and writes down what would have to change: rows of `sync_plan_items` and
 * `planned_skips`. Deciding is pure and per person (`planChange`); here the two sides only stream by, in the order of their
 * Personio ids.
 */
export async function planRun(
  manager: EntityManager,
  task: PlanTask,
  onDecision: OnDecision = () => undefined,
): Promise<PlanSummary> {
  const rules: PlanRules = {
    syncedStatuses: new Set(task.settings.syncedStatuses),
    complete: task.complete,
    customKeys: task.customKeys,
  };
  const { readId, settings } = task;
  const rehires = settleRehires(await listRehireCandidates(manager, readId, settings.syncedStatuses));
  const claims = await listContestedEmailClaims(manager, readId, settings.syncedStatuses);
  const rivalOf = settleEmails(inheritAddresses(claims, rehires));
  const tally = createTally();
  for await (const rows of streamSideBySide(manager, readId, task)) {
    const items: PlanItem[] = [];
    const skips: PlannedSkip[] = [];
    for (const row of rows) {
      const rehired = rehires.personOf.get(row.personioId);
      const person = {
        ...row,
        emailRival: rivalOf.get(row.personioId) ?? null,
        rehireOf: rehired?.stored ?? null,
        ambiguousRehire: rehires.ambiguous.has(row.personioId),
        former: row.former || rehires.replaced.has(row.personioId),
      };
      const decision = planChange(person, rules);
      tally.count(decision, row);
      onDecision(decision, row);
      skips.push(...decision.skips);
      const personId = rehired?.personId ?? row.personId;
      const item = planItem(decision, { ...row, personId, stored: rehired?.stored ?? row.stored });
      if (!item) continue;
      items.push(item);
      tally.fingerprint(item);
    }
    await insertPlanItems(manager, readId, items);
    await insertPlannedSkips(manager, readId, skips);
  }
  await analyzePlan(manager);
  const summary = tally.summary();
  // A partial read streams only some people by; the guard asks how many there are.
  return task.partial ? { ...summary, current: await countCurrentPeople(manager) } : summary;
}

function planItem({ change, after }: Decision, row: SideBySideRow): PlanItem | null {
  if (!after || change === "UNCHANGED" || change === "SKIP" || change === "NOT_CURRENT") return null;
  const personId = row.personId ?? randomUUID();
  return { personioId: row.personioId, change, personId, before: row.stored, after };
}
