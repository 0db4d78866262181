import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { extendStatementTimeout, inTenant } from "../../database/transaction.ts";
import { listRenamedOrg } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import type { OtherRecord } from "../../people/write/other-records.repository.ts";
import { countCurrentPeople } from "../../people/write/person-changes.repository.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RunContext } from "../run-context.ts";
import { STATEMENT_TIMEOUT_MS } from "../sync-deps.ts";
import { type ComparisonRow, countKnownPeople, streamComparison } from "./comparison.repository.ts";
import type { Decision, PlanRules } from "./comparison.ts";
import { createDecide, planItem } from "./decide-person.ts";
import type { PlannedSkip } from "./explain-skip.ts";
import { findEvidence, type PlanTask } from "./find-evidence.ts";
import {
  type AddressLoss,
  listAddressLosses,
  removePlannedAddresses,
} from "./leaver-addresses.repository.ts";
import { alignOrgIds, matchOrg } from "./match-org.ts";
import { type Decided, type MergeTask, mergeDecided } from "./merge-decided.ts";
import { openPlanMerging } from "./merge-rules.ts";
import { openOtherRecords } from "./other-records.ts";
import { insertPlanItems, insertPlanned, type PlanItem } from "./plan.repository.ts";
import type { Plan } from "./plan.ts";
import { createSummaryBuilder, type PlanSummary, type SummaryBuilder } from "./plan-summary.ts";

/** For some hundred new rows, Postgres' statistics make no difference to how it reads them. */
const ANALYZE_FROM = 1_000;

/** Receives each decision, for a preview; a run needs only the rows. */
export type OnDecision = (decision: Decision, row: ComparisonRow) => void;

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
 * Compares the snapshot with the directory and stores the changes as rows of `sync_plan_items` and
 * `planned_skips`. The decision is pure and per person (`planChange`); this function streams the people.
 * People whose hash is unchanged are only counted.
 */
export async function planPeople(
  manager: EntityManager,
  task: PlanTask,
  onDecision: OnDecision = () => undefined,
): Promise<Plan> {
  const { settings, snapshot, orgMatch, onlyRead = false } = task;
  const { readId, now, facts } = snapshot;
  const align = alignOrgIds(orgMatch);
  const evidence = await findEvidence(manager, task, align);
  const { replaced } = evidence.records;
  const others = openOtherRecords(evidence.records);
  const otherRecords: OtherRecord[] = [];
  const decide = createDecide(rulesOf(task), evidence);
  const merge: MergeTask = {
    merging: await openPlanMerging(manager, snapshot, orgMatch),
    align: (stored) => align({ stored, staged: null }).stored ?? stored,
    at: now,
  };
  const choosesLegalEntities = settings.syncedLegalEntityIds !== null;
  const summaryBuilder = createSummaryBuilder(snapshot.rules.mapping, { choosesLegalEntities });
  let planned = 0;
  // One batch is written while the next one is decided.
  let writing: Promise<void> = Promise.resolve();
  for await (const rows of streamComparison(manager, readId, {
    ...facts,
    partial: facts.partial || onlyRead,
  })) {
    const items: PlanItem[] = [];
    const skips: PlannedSkip[] = [];
    // The plan decides by the other record of the same person.
    const current = rows
      .map(align)
      .filter(({ personioId }) => !replaced.has(personioId) && !others.isFormer(personioId));
    const decided = await mergeDecided(current.map(decide), merge);
    for (const [place, { decision, item, counted }] of decided.entries()) {
      const row = current[place]!;
      summaryBuilder.count(decision, counted);
      onDecision(decision, row);
      skips.push(...decision.skips);
      const personId = item?.personId ?? counted.personId;
      if (personId) otherRecords.push(...others.listOf(row.personioId, personId));
      if (!item) continue;
      items.push(item);
      if (row.staged && item.change !== "SOURCES") summaryBuilder.fingerprint(item);
    }
    planned += items.length + skips.length;
    await writing;
    writing = insertPlanned(manager, readId, { items, skips });
    // The next `await writing` throws its error.
    writing.catch(() => undefined);
  }
  await writing;
  if (planned >= ANALYZE_FROM) await refreshStatistics(manager, "plan");
  await planAddressLosses(manager, snapshot, { summaryBuilder, merge });
  const summary = await summarize(manager, task, { summaryBuilder, replaced });
  return { readId, summary, orgMatch, isMerged: merge.merging !== null, otherRecords };
}

/** Completes the counted decisions with what only the whole directory shows. */
async function summarize(
  manager: EntityManager,
  { snapshot: { readId, facts, orgNames }, orgMatch }: PlanTask,
  { summaryBuilder, replaced }: { summaryBuilder: SummaryBuilder; replaced: ReadonlySet<string> },
): Promise<PlanSummary> {
  const fields = summaryBuilder.clearedFields();
  const known = await planForMany(manager, facts.peopleRead, () =>
    countKnownPeople(manager, readId, { replaced: [...replaced], fields }),
  );
  for (const table of ORG_TABLES) {
    const names = orgMatch.waiting.has(table) ? [] : orgNames[table];
    summaryBuilder.addOrg(table, await listRenamedOrg(manager, table, names));
  }
  const summary = summaryBuilder.build(known);
  // A partial read contains only some people, and the guard needs the number of all.
  return facts.partial ? { ...summary, current: await countCurrentPeople(manager) } : summary;
}

const rulesOf = ({ settings, snapshot: { facts, rules } }: PlanTask): PlanRules => ({
  syncedStatuses: new Set(settings.syncedStatuses),
  complete: facts.complete,
  partial: facts.partial,
  customKeys: rules.mapping.customKeys,
  hidden: rules.mapping.hidden,
});

/**
 * Adds to the plan the leavers who lose only their address, because another person has it once the plan is
 * applied.
 */
async function planAddressLosses(
  manager: EntityManager,
  { readId, facts }: Snapshot,
  { summaryBuilder, merge }: { readonly summaryBuilder: SummaryBuilder; readonly merge: MergeTask },
): Promise<void> {
  const losses = await planForMany(manager, facts.peopleRead, () =>
    listAddressLosses(manager, readId, facts),
  );
  const [planned, others] = [
    losses.filter((loss) => loss.isPlanned),
    losses.filter((loss) => !loss.isPlanned),
  ];
  await removePlannedAddresses(
    manager,
    readId,
    planned.map(({ personId }) => personId),
  );
  const decided = await mergeDecided(others.map(loseAddress), merge);
  const items = decided.flatMap(({ item }) => item ?? []);
  await insertPlanItems(manager, readId, items);
  for (const item of items) summaryBuilder.fingerprint(item);
  summaryBuilder.countAddressLosses(others);
}

function loseAddress({ personId, stored }: AddressLoss): Decided {
  const after: PersonRecord = { ...stored, workEmail: null };
  const decision: Decision = { change: "CHANGE", after, skips: [] };
  const item = planItem(decision, { personId, stored, continuation: null });
  const { personioId } = stored;
  const row = { personioId, staged: null, personId, stored };
  return { decision, item, counted: { ...row, absentBefore: false, former: false, nextRead: false } };
}
