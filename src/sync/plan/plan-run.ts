import { randomUUID } from "node:crypto";
import type { EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../../database/transaction.ts";
import { listRenamedOrg } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import { countCurrentPeople } from "../../people/write/person-changes.repository.ts";
import type { GoesOn } from "../../people/write/person-record.ts";
import type { PeopleSettings } from "../../tenant/people-settings.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RunContext } from "../run-context.ts";
import { STATEMENT_TIMEOUT_MS } from "../sync-deps.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { listAddressLosses, removePlannedAddresses } from "./leaver-addresses.repository.ts";
import { inOneNumbering, matchOrg, type OrgMatch } from "./match-org.ts";
import { analyzePlan, insertPlanItems, insertPlanned, type PlanItem } from "./plan.repository.ts";
import type { Plan } from "./plan.ts";
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
import { createTally, type Tally } from "./tally.ts";

/** What Postgres takes a table of some hundred new rows for makes no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

export type PlanTask = {
  readonly settings: PeopleSettings;
  readonly snapshot: Snapshot;
  /** What happens to the ids of departments and the like before the plan is applied. */
  readonly orgMatch: OrgMatch;
};

/** What a preview wants to see of each decision; a run needs no more than the rows. */
export type OnDecision = (decision: Decision, row: SideBySideRow) => void;

/** Plans what a run read. */
export const planRun = (
  { tenantId, integration, settings, deps }: RunContext,
  snapshot: Snapshot,
): Promise<Plan> =>
  deps.trace.span("sync.plan", {}, () =>
    inTenant(deps.dataSource, tenantId, async (manager) => {
      await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
      const orgMatch = await matchOrg(manager, integration, snapshot);
      return planPeople(manager, { settings, snapshot, orgMatch });
    }),
  );

/**
 * Compares what was read with what we hold and writes down what would have to change: rows of `sync_plan_items` and
 * `planned_skips`. Deciding is pure and per person (`planChange`); here the two sides only stream by. People known to be
 * unchanged are only counted.
 */
export async function planPeople(
  manager: EntityManager,
  task: PlanTask,
  onDecision: OnDecision = () => undefined,
): Promise<Plan> {
  const { settings, snapshot, orgMatch } = task;
  const { readId, gone, now, orgNames, facts } = snapshot;
  const align = inOneNumbering(orgMatch);
  const candidates = await listRecordCandidates(manager, readId, { ...settings, now });
  const records = settleRecords(candidates.map(alignCandidate(align)), gone);
  const claims = await listContestedEmailClaims(manager, readId, settings.syncedStatuses);
  const rivalOf = settleEmails(claimByPerson(claims, records));
  const decide = createDecide(rulesOf(task), { rivalOf, records, gone });
  const tally = createTally(snapshot.rules.mapping);
  let planned = 0;
  // One batch is written while the next one is decided.
  let writing: Promise<void> = Promise.resolve();
  for await (const rows of streamSideBySide(manager, readId, facts)) {
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
  await planAddressLosses(manager, snapshot, tally);
  const replaced = [...records.replaced];
  const known = await countKnownPeople(manager, readId, { replaced, fields: tally.clearedFields() });
  for (const table of ORG_TABLES) {
    const names = orgMatch.waiting.has(table) ? [] : orgNames[table];
    tally.addOrg(table, await listRenamedOrg(manager, table, names));
  }
  const summary = tally.summary(known);
  // A partial read is only about some people; the guard asks how many there are.
  const current = facts.partial ? await countCurrentPeople(manager) : summary.current;
  return { readId, summary: { ...summary, current }, orgMatch };
}

const rulesOf = ({ settings, snapshot: { facts, rules } }: PlanTask): PlanRules => ({
  syncedStatuses: new Set(settings.syncedStatuses),
  complete: facts.complete,
  customKeys: rules.mapping.customKeys,
  hidden: rules.mapping.hidden,
});

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
  { readId, facts }: Snapshot,
  tally: Tally,
): Promise<void> {
  const losses = await listAddressLosses(manager, readId, facts);
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
