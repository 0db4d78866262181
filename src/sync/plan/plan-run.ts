import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import type { PeopleSettings } from "../../access/settings/people-settings.ts";
import { listRenamedOrg } from "../../org/org-changes.repository.ts";
import { ORG_TABLES, type OrgNames } from "../../org/org-names.ts";
import { countCurrentPeople } from "../../people/changes/person-changes.repository.ts";
import type { GoesOn } from "../../people/changes/person-record.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { listAddressLosses, removePlannedAddresses } from "./leaver-addresses.repository.ts";
import { inOneNumbering, type OrgMatch } from "./match-org.ts";
import { analyzePlan, insertPlanItems, insertPlanned, type PlanItem } from "./plan.repository.ts";
import { type Decision, type PlanRules, planChange } from "./plan-changes.ts";
import { settleEmails } from "./settle-emails.ts";
import {
  claimByPerson,
  type JoinedRecord,
  type RecordCandidate,
  type SettledRecords,
  settleRecords,
} from "./settle-records.ts";
import {
  countKnownPeople,
  listContestedEmailClaims,
  listRecordCandidates,
  type SideBySideRow,
  streamSideBySide,
} from "./side-by-side.repository.ts";
import { createTally, type PlanSummary, type Tally } from "./tally.ts";

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
  /** The time by which people's days come. */
  readonly now: Date;
  /** Records that Personio has answered with 404 when they were looked up by id; none when left out. */
  readonly gone?: ReadonlySet<string>;
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
  const { readId, settings, orgMatch, gone = NONE_GONE } = task;
  const align: Align = orgMatch ? inOneNumbering(orgMatch) : (row) => row;
  const candidates = await listRecordCandidates(manager, readId, { ...settings, now: task.now });
  const records = settleRecords(candidates.map(alignCandidate(align)), gone);
  const claims = await listContestedEmailClaims(manager, readId, settings.syncedStatuses);
  const rivalOf = settleEmails(claimByPerson(claims, records));
  const decide = createDecide(rulesOf(task), { rivalOf, records, gone });
  const tally = createTally(task);
  let planned = 0;
  // One batch is written while the next one is decided.
  let writing: Promise<void> = Promise.resolve();
  for await (const rows of streamSideBySide(manager, readId, task)) {
    const items: PlanItem[] = [];
    const skips: PlannedSkip[] = [];
    for (const row of rows.map(align)) {
      // The other record of the same person decides.
      if (records.replaced.has(row.personioId)) continue;
      const { decision, item, counted } = decide(row);
      tally.count(decision, counted);
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
  await planAddressLosses(manager, task, tally);
  const replaced = [...records.replaced];
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

const NONE_GONE: ReadonlySet<string> = new Set();

type Align = ReturnType<typeof inOneNumbering>;

const alignCandidate =
  (align: Align) =>
  (candidate: RecordCandidate): RecordCandidate => ({
    ...align(candidate),
    current: { ...candidate.current, ...align({ staged: candidate.current.staged, stored: null }) },
  });

type Decided = {
  readonly decision: Decision;
  /** The row of the plan that says so, if there is anything to be done. */
  readonly item: PlanItem | null;
  /** The person as counted: under whichever record, once. */
  readonly counted: SideBySideRow;
};

type Basis = {
  readonly rivalOf: ReadonlyMap<string, string>;
  readonly records: SettledRecords;
  readonly gone: ReadonlySet<string>;
};

/** What is to be done about one person. */
const createDecide =
  (rules: PlanRules, { rivalOf, records, gone }: Basis) =>
  (row: SideBySideRow): Decided => {
    const joins = records.personOf.get(row.personioId) ?? null;
    const nextId = row.stored?.nextPersonioId ?? null;
    const decision = planChange(
      {
        ...row,
        emailRival: records.waiting.get(row.personioId) ?? rivalOf.get(row.personioId) ?? null,
        joins,
        ambiguousRehire: records.ambiguous.get(row.personioId) ?? null,
        awaited: records.awaited.get(row.personioId) ?? null,
        keepsNext: nextId !== null && !row.nextRead && !gone.has(nextId),
      },
      rules,
    );
    const { personId, stored } = joins ?? row;
    const staged = joins?.way === "WILL_MOVE" ? joins.current.staged : row.staged;
    const item = planItem(decision, { personId, stored, goesOn: joins && goesOnBy(joins) });
    return { decision, item, counted: { ...row, personId, stored, staged } };
  };

const goesOnBy = ({ way, isMove }: JoinedRecord): GoesOn | null => {
  if (way === "RETURNS" || way === "WILL_MOVE") return null;
  return isMove ? "MOVE" : "ANEW";
};

function planItem(
  { change, after }: Decision,
  { personId, stored, goesOn }: Pick<SideBySideRow, "personId" | "stored"> & Pick<PlanItem, "goesOn">,
): PlanItem | null {
  if (!after || change === "UNCHANGED" || change === "SKIP" || change === "NOT_CURRENT") return null;
  const { personioId } = after;
  return { personioId, change, personId: personId ?? randomUUID(), before: stored, after, goesOn };
}

/** Adds to the plan the leavers whose address another person has once it is applied: they keep everything else. */
async function planAddressLosses(
  manager: EntityManager,
  { readId, partial }: PlanTask,
  tally: Tally,
): Promise<void> {
  const losses = await listAddressLosses(manager, readId, { partial });
  const [planned, others] = [
    losses.filter((loss) => loss.isPlanned),
    losses.filter((loss) => !loss.isPlanned),
  ];
  await removePlannedAddresses(
    manager,
    readId,
    planned.map(({ personId }) => personId),
  );
  const items = others.map(
    ({ personId, stored }): PlanItem => ({
      personioId: stored.personioId,
      change: "CHANGE",
      personId,
      before: stored,
      after: { ...stored, workEmail: null },
      goesOn: null,
    }),
  );
  await insertPlanItems(manager, readId, items);
  for (const item of items) tally.fingerprint(item);
  tally.countAddressLosses(others);
}
