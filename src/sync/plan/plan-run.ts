import { createHash, randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import type { OrgName, OrgTable } from "../../org/org-changes.repository.ts";
import type { OrgReference } from "../read/read-values.ts";
import {
  listContestedEmailClaims,
  listRehireCandidates,
  type SideBySideRow,
  streamSideBySide,
} from "../read/staging.repository.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { insertPlanItems, insertPlannedSkips, type PlanItem } from "./plan.repository.ts";
import { type Decision, type PlanRules, planChange } from "./plan-changes.ts";
import { settleEmails } from "./settle-emails.ts";
import { settleRehires } from "./settle-rehires.ts";

export type PlanTask = {
  readonly readId: string;
  readonly settings: PeopleSettings;
  readonly complete: boolean;
  readonly customKeys: readonly string[];
};

/** The plan in numbers, with what is too little to need a table. The changes themselves are rows. */
export type PlanSummary = {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly left: number;
  readonly skipped: number;
  /** People who would be missed for the first time. The guard counts them as if they left. */
  readonly firstAbsences: number;
  /** How many people were current before the run. */
  readonly current: number;
  /** Equal for two plans that would change the same things in the same way. */
  readonly fingerprint: string;
  readonly org: Readonly<Record<OrgTable, readonly OrgName[]>>;
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
  const rivalOf = settleEmails(await listContestedEmailClaims(manager, readId, settings.syncedStatuses));
  const rehires = settleRehires(await listRehireCandidates(manager, readId, settings.syncedStatuses));
  const tally = createTally();
  for await (const rows of streamSideBySide(manager, readId)) {
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
  return tally.summary();
}

function planItem({ change, after }: Decision, row: SideBySideRow): PlanItem | null {
  if (!after || change === "UNCHANGED" || change === "SKIP" || change === "NOT_CURRENT") return null;
  const personId = row.personId ?? randomUUID();
  return { personioId: row.personioId, change, personId, before: row.stored, after };
}

function createTally() {
  const counts: Record<Decision["change"], number> = {
    ADD: 0,
    CHANGE: 0,
    LEAVE: 0,
    ABSENT: 0,
    UNCHANGED: 0,
    SKIP: 0,
    NOT_CURRENT: 0,
  };
  const hash = createHash("sha256");
  const org = { departments: new Map(), offices: new Map(), legal_entities: new Map() } satisfies Record<
    OrgTable,
    Map<string, OrgReference>
  >;
  let current = 0;

  return {
    count({ change }: Decision, row: SideBySideRow): void {
      counts[change] += 1;
      if (row.stored && row.stored.status !== "INACTIVE") current += 1;
      if (row.staged && change !== "SKIP") noteOrg(org, row.staged);
    },
    /** Items come in the order of their Personio ids, so two equal plans have one fingerprint. */
    fingerprint({ personioId, change, after }: PlanItem): void {
      hash.update(JSON.stringify([personioId, change, after]));
    },
    summary: (): PlanSummary => ({
      added: counts.ADD,
      changed: counts.CHANGE,
      unchanged: counts.UNCHANGED + counts.ABSENT,
      left: counts.LEAVE,
      skipped: counts.SKIP,
      firstAbsences: counts.ABSENT,
      current,
      fingerprint: hash.digest("hex"),
      org: {
        departments: [...org.departments.values()],
        offices: [...org.offices.values()],
        legal_entities: [...org.legal_entities.values()],
      },
    }),
  };
}

function noteOrg(org: Record<OrgTable, Map<string, OrgReference>>, { fields }: TranslatedPerson): void {
  if (fields.department) org.departments.set(fields.department.personioId, fields.department);
  if (fields.office) org.offices.set(fields.office.personioId, fields.office);
  if (fields.legalEntity) org.legal_entities.set(fields.legalEntity.personioId, fields.legalEntity);
}
