import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import { listRenamedOrg } from "../../org/org-changes.repository.ts";
import { countCurrentPeople } from "../../people/changes/person-changes.repository.ts";
import { ORG_TABLES, type OrgNames } from "../read/org-names.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { inOneNumbering, type OrgMatch } from "./match-org.ts";
import { analyzePlan, insertPlanned, type PlanItem } from "./plan.repository.ts";
import { type Decision, type PlanRules, planChange } from "./plan-changes.ts";
import { settleEmails } from "./settle-emails.ts";
import { inheritAddresses, type Rehires, settleRehires } from "./settle-rehires.ts";
import {
  countKnownPeople,
  listContestedEmailClaims,
  listRehireCandidates,
  type SideBySideRow,
  streamSideBySide,
} from "./side-by-side.repository.ts";
import { createTally, type PlanSummary } from "./tally.ts";

/** What Postgres takes a table of some hundred new rows for makes no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

export type PlanTask = {
  readonly readId: string;
  readonly settings: PeopleSettings;
  readonly complete: boolean;
  /** Only some of the company was read. */
  readonly partial: boolean;
  readonly customKeys: readonly string[];
  readonly hidden: PlanRules["hidden"];
  /** What everybody who was read refers to: people who are known to be unchanged tell no more of it than that it is renamed. */
  readonly orgNames?: OrgNames;
  /** What happens to the ids of departments and the like before the plan is applied; nothing when left out. */
  readonly orgMatch?: OrgMatch;
};

/** What a preview wants to see of each decision; a run needs no more than the rows. */
export type OnDecision = (decision: Decision, row: SideBySideRow) => void;

/**
 * Compares what was read with what we hold and writes down what would have to change: rows of `sync_plan_items` and
 * `planned_skips`. Deciding is pure and per person (`planChange`); here the two sides only stream by. Whoever is known to be
 * unchanged does not even do that, and is counted.
 */
export async function planRun(
  manager: EntityManager,
  task: PlanTask,
  onDecision: OnDecision = () => undefined,
): Promise<PlanSummary> {
  const { readId, settings, orgMatch } = task;
  const align: ReturnType<typeof inOneNumbering> = orgMatch ? inOneNumbering(orgMatch) : (row) => row;
  const candidates = await listRehireCandidates(manager, readId, settings.syncedStatuses);
  const rehires = settleRehires(candidates.map(align));
  const claims = await listContestedEmailClaims(manager, readId, settings.syncedStatuses);
  const rivalOf = settleEmails(inheritAddresses(claims, rehires));
  const decide = createDecide(rulesOf(task), rivalOf, rehires);
  const tally = createTally(task);
  let planned = 0;
  // One batch is written while the next one is decided.
  let writing: Promise<void> = Promise.resolve();
  for await (const rows of streamSideBySide(manager, readId, task)) {
    const items: PlanItem[] = [];
    const skips: PlannedSkip[] = [];
    for (const row of rows.map(align)) {
      const { decision, item } = decide(row);
      tally.count(decision, row);
      onDecision(decision, row);
      skips.push(...decision.skips);
      if (!item) continue;
      items.push(item);
      if (row.staged) tally.fingerprint(item);
    }
    planned += items.length + skips.length;
    await writing;
    writing = insertPlanned(manager, readId, { items, skips });
    // Whoever waits for it next hears how it ended.
    writing.catch(() => undefined);
  }
  await writing;
  if (planned >= ANALYZE_FROM) await analyzePlan(manager);
  const replaced = [...rehires.replaced];
  const known = await countKnownPeople(manager, readId, { replaced, fields: tally.clearedFields() });
  for (const table of ORG_TABLES) {
    const names = orgMatch?.waiting.has(table) ? [] : (task.orgNames?.[table] ?? []);
    tally.addOrg(table, await listRenamedOrg(manager, table, names));
  }
  const summary = tally.summary(known);
  // A partial read is only about some people; the guard asks how many there are.
  return task.partial ? { ...summary, current: await countCurrentPeople(manager) } : summary;
}

const rulesOf = ({ settings, complete, customKeys, hidden }: PlanTask): PlanRules => ({
  syncedStatuses: new Set(settings.syncedStatuses),
  complete,
  customKeys,
  hidden,
});

/** What is to be done about one person, and the row of the plan that says so, if there is anything to be done. */
const createDecide =
  (rules: PlanRules, rivalOf: ReadonlyMap<string, string>, rehires: Rehires) =>
  (row: SideBySideRow): { readonly decision: Decision; readonly item: PlanItem | null } => {
    const rehired = rehires.personOf.get(row.personioId);
    const decision = planChange(
      {
        ...row,
        emailRival: rivalOf.get(row.personioId) ?? null,
        rehireOf: rehired?.stored ?? null,
        ambiguousRehire: rehires.ambiguous.get(row.personioId) ?? null,
        former: row.former || rehires.replaced.has(row.personioId),
      },
      rules,
    );
    const personId = rehired?.personId ?? row.personId;
    const item = planItem(decision, { ...row, personId, stored: rehired?.stored ?? row.stored });
    return { decision, item };
  };

function planItem({ change, after }: Decision, row: SideBySideRow): PlanItem | null {
  if (!after || change === "UNCHANGED" || change === "SKIP" || change === "NOT_CURRENT") return null;
  const personId = row.personId ?? randomUUID();
  return { personioId: row.personioId, change, personId, before: row.stored, after };
}
