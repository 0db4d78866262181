import type { EntityManager } from "typeorm";
import { planForMany } from "../../database/plan-for-many.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import type { PersonChange } from "../../lifecycle/changes/detect-events.ts";
import {
  type ChangeRecorder,
  type ChangesTask,
  openChanges,
} from "../../lifecycle/changes/record-changes.ts";
import type { EventCount } from "../../lifecycle/events/event-log.repository.ts";
import { guessOfficeZones } from "../../org/guess-time-zone.ts";
import { moveOrg, updateGuessedTimeZones, upsertOrg } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import { openWordIndex, type WordIndex } from "../../people/search/word-index.repository.ts";
import { lockForApply } from "../../people/sources/lock-people.repository.ts";
import { type Merging, openMerging } from "../../people/sources/open-merging.ts";
import { type SourcesWrite, storeSources } from "../../people/sources/person-sources.repository.ts";
import { storedDepartments } from "../../people/sources/remerge.ts";
import { updateCustomAttributeDefinitions } from "../../people/write/attribute-definitions.repository.ts";
import { removeUnreferencedOrg } from "../../people/write/org-references.repository.ts";
import { storeOtherRecords } from "../../people/write/other-records.repository.ts";
import {
  clearSourceHashes,
  insertPeople,
  type PersonWrite,
  storeSourceHashes,
  updatePeople,
} from "../../people/write/person-changes.repository.ts";
import { personWrite } from "../../people/write/person-write.ts";
import { linkSupervisors } from "../../people/write/supervisor-links.repository.ts";
import type { OrgMatch } from "../plan/match-org.ts";
import { mergeRulesOf } from "../plan/merge-rules.ts";
import { comparedHashes, type LinkedPlanItem, streamPlanItems } from "../plan/plan.repository.ts";
import type { Plan } from "../plan/plan.ts";
import { findReadableFields } from "../plan/readable-fields.ts";
import type { Snapshot } from "../read/snapshot.ts";
import type { RunContext } from "../run-context.ts";
import { FieldsReplaced } from "../run-problems.ts";
import { mergeItems } from "./merge-items.ts";
import { findAttributeDefinitions, findUnreadableKinds } from "./readable.ts";
import { remergeStale } from "./remerge-stale.ts";

/** From this many changes on, Postgres' statistics may be wrong enough for bad query plans. */
const ANALYZE_FROM = 1_000;

/** A run whose plan is applied: the attempt, what it read, what it intends, and when. */
export type ApplyTask = {
  readonly context: RunContext;
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly at: Date;
};

/** Our ids of what people refer to, by Personio's id. */
type OrgIds = {
  readonly departments: ReadonlyMap<string, string>;
  readonly offices: ReadonlyMap<string, string>;
  readonly legalEntities: ReadonlyMap<string, string>;
};

/**
 * Makes the directory equal to the plan, inside the transaction it is given: readers see the old directory or
 * the new one. Only rows that differ are written. The lifecycle events that follow from the changes are part
 * of it.
 *
 * @returns how many people changed beyond the plan, because their supervisor came into the directory; and the
 * emitted events.
 */
export async function applyPlan(
  manager: EntityManager,
  task: ApplyTask,
): Promise<{ readonly relinked: number; readonly emitted: readonly EventCount[] }> {
  const { snapshot, plan, at } = task;
  const { orgMatch, summary } = plan;
  await lockForApply(manager);
  const changes = await openChanges(manager, changesTask(task));
  if (changes.wipes !== task.context.wipes) throw new FieldsReplaced();
  await moveOrgIds(manager, orgMatch);
  const ids: OrgIds = {
    departments: await upsertOrg(manager, "departments", summary.org.departments),
    offices: await upsertOrg(manager, "offices", summary.org.offices),
    legalEntities: await upsertOrg(manager, "legal_entities", summary.org.legal_entities),
  };
  // Countries come by Personio's ids of offices. While offices wait, these ids may belong to other offices
  // here.
  const countries = orgMatch.waiting.has("offices") ? [] : snapshot.officeCountries;
  await updateGuessedTimeZones(manager, guessOfficeZones(countries, at));
  await updateCustomAttributeDefinitions(manager, findAttributeDefinitions(snapshot.rules));
  const merging = await openMerging(manager, {
    ...mergeRulesOf(manager, snapshot),
    departments: storedDepartments(manager),
    isNeeded: plan.isMerged,
  });
  // Once before the people, so that the supervisors of the plan are found, and once for the new people.
  await storeOtherRecords(manager, plan.otherRecords);
  await writePeople(manager, task, { ids, changes, merging });
  await storeOtherRecords(manager, plan.otherRecords);
  // Postgres plans the statements of the links by these statistics.
  if (summary.added + summary.changed >= ANALYZE_FROM) await refreshStatistics(manager, "people");
  if (summary.unchanged > 0)
    await planForMany(manager, snapshot.facts.peopleRead, () =>
      storeSourceHashes(manager, comparedHashes(plan.readId)),
    );
  // The plan ignored some values of the waiting tables, so the next run has to compare all people in full.
  if (orgMatch.waiting.size > 0) await clearSourceHashes(manager);
  const people = summary.current + summary.added;
  let relinked = 0;
  for await (const linked of linkSupervisors(manager, { people })) {
    relinked += linked.length;
    await changes.recordLinks(linked);
  }
  if (merging) relinked += await remergeStale(manager, { merging, at, changes });
  await planForMany(manager, people, async () => {
    for (const table of ORG_TABLES) await removeUnreferencedOrg(manager, table);
  });
  return { relinked, emitted: await changes.close() };
}

const changesTask = ({ context, snapshot: { facts, rules } }: ApplyTask): ChangesTask => ({
  partial: facts.partial,
  unreadableKinds: findUnreadableKinds(rules.mapping, rules.rights.attributes),
  readableFields: findReadableFields(rules.mapping, rules.rights.attributes),
  hidden: rules.mapping.hidden,
  readNow: context.deps.readNow,
});

type WriteTask = {
  readonly ids: OrgIds;
  readonly changes: ChangeRecorder;
  readonly merging: Merging | null;
};

/** Writes one batch while it prepares the next one. */
async function writePeople(
  manager: EntityManager,
  { context: { run }, snapshot, plan, at }: ApplyTask,
  { ids, changes, merging }: WriteTask,
): Promise<void> {
  const words = openWordIndex(manager);
  let departments = ids.departments;
  let writing: Promise<void> = Promise.resolve();
  // Approving a plan also takes out people who are missing for the first time.
  const { peopleRead } = snapshot.facts;
  const approved = run.approvedAt !== null;
  for await (const items of streamPlanItems(manager, plan.readId, { approved, peopleRead })) {
    const merged = await mergeItems(manager, items, { merging, at });
    const named = merging?.takeDepartments() ?? [];
    // Only after the former batch: if that one fails, its error is the one to report.
    if (named.length > 0) departments = await writing.then(() => upsertOrg(manager, "departments", named));
    const batch = merged.items.map((item) => ({ item, write: itemWrite(item, { ...ids, departments }) }));
    await writing;
    writing = writeBatch(manager, { batch, sources: merged.sources }, { changes, words });
    // The next `await writing` throws its error.
    writing.catch(() => undefined);
  }
  await writing;
  await words.flush();
}

/**
 * Moves departments, offices and legal entities to their new ids. The next run then compares all people in
 * full.
 */
async function moveOrgIds(manager: EntityManager, { moves }: OrgMatch): Promise<void> {
  const moving = ORG_TABLES.filter((table) => moves[table].size > 0);
  for (const table of moving) await moveOrg(manager, table, moves[table]);
  if (moving.length > 0) await clearSourceHashes(manager);
}

type ItemWrite = { readonly item: LinkedPlanItem; readonly write: PersonWrite };

async function writeBatch(
  manager: EntityManager,
  { batch, sources }: { readonly batch: readonly ItemWrite[]; readonly sources: readonly SourcesWrite[] },
  { changes, words }: { readonly changes: ChangeRecorder; readonly words: WordIndex },
): Promise<void> {
  const writesOf = (isNew: boolean): PersonWrite[] =>
    batch.filter(({ item }) => (item.change === "ADD") === isNew).map(({ write }) => write);
  await insertPeople(manager, writesOf(true), words);
  await updatePeople(manager, writesOf(false), words);
  await storeSources(manager, sources);
  await changes.recordPeople(batch.map(personChange));
}

const itemWrite = (
  { personId, after, supervisorId, sourceHash, continuation }: LinkedPlanItem,
  ids: OrgIds,
): PersonWrite =>
  personWrite(after, {
    id: personId,
    departmentId: idOf(ids.departments, after.departmentPersonioId),
    officeId: idOf(ids.offices, after.officePersonioId),
    legalEntityId: idOf(ids.legalEntities, after.legalEntityPersonioId),
    supervisorId,
    sourceHash,
    continuation,
  });

const personChange = ({ item, write }: ItemWrite): PersonChange => ({
  personId: write.id,
  before: item.before && { record: item.before, supervisorId: item.formerSupervisorId },
  after: { record: item.after, supervisorId: item.supervisorId },
  departmentId: write.departmentId,
  officeId: write.officeId,
  continuation: item.continuation,
});

const idOf = (ids: ReadonlyMap<string, string>, personioId: string | null): string | null =>
  personioId === null ? null : (ids.get(personioId) ?? null);
