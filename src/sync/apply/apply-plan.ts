import type { EntityManager } from "typeorm";
import type { PersonChange } from "../../lifecycle/changes/detect-events.ts";
import {
  type ChangeRecorder,
  type ChangesTask,
  openChanges,
} from "../../lifecycle/changes/record-changes.ts";
import type { EventCount } from "../../lifecycle/events/count-events.ts";
import { guessOfficeZones, type OfficeCountries } from "../../org/guess-time-zone.ts";
import { moveOrg, updateGuessedTimeZones, upsertOrg } from "../../org/org-changes.repository.ts";
import { ORG_TABLES } from "../../org/org-names.ts";
import {
  type AttributeDefinitions,
  updateCustomAttributeDefinitions,
} from "../../people/changes/attribute-definitions.repository.ts";
import { removeUnreferencedOrg } from "../../people/changes/org-references.repository.ts";
import {
  analyzePeople,
  forgetSourceHashes,
  insertPeople,
  type PersonWrite,
  updatePeople,
} from "../../people/changes/person-changes.repository.ts";
import { displayNameOf } from "../../people/changes/person-record.ts";
import {
  linkSupervisors,
  listEndlessSupervisorLinks,
} from "../../people/changes/supervisor-links.repository.ts";
import { findSupervisorCycles } from "../../people/reporting/find-supervisor-cycles.ts";
import { searchWords } from "../../people/search/search-words.ts";
import { planAmbiguousRehires } from "../ledger/company-lines.ts";
import { SUPERVISOR_CYCLE } from "../plan/explain-skip.ts";
import type { OrgMatch } from "../plan/match-org.ts";
import {
  insertPlannedSkips,
  keepLines,
  keepSourceHashes,
  type LinkedPlanItem,
  planUnsyncedSupervisors,
  recordAbsences,
  streamPlanItems,
} from "../plan/plan.repository.ts";
import type { PlanSummary } from "../plan/tally.ts";
import { replaceLedger } from "../runs/skipped-employee.repository.ts";

/** From this many changes on, what Postgres knows of the tables may be wrong enough to plan badly. */
const ANALYZE_FROM = 1_000;

export type ApplyTask = Pick<ChangesTask, "unreadableKinds" | "readableFields" | "hidden" | "readNow"> & {
  readonly runId: string;
  /** The read that the plan was made from. */
  readonly readId: string;
  readonly plan: PlanSummary;
  readonly complete: boolean;
  /** Only some of the company was read. */
  readonly partial: boolean;
  /** An admin has looked at this very plan: whoever is missing from it leaves now. */
  readonly approved: boolean;
  readonly customAttributes: AttributeDefinitions;
  readonly officeCountries: readonly OfficeCountries[];
  readonly orgMatch: OrgMatch;
  readonly appliedAt: Date;
};

/** Our ids of what people refer to, by Personio's id. */
type OrgIds = {
  readonly departments: ReadonlyMap<string, string>;
  readonly offices: ReadonlyMap<string, string>;
  readonly legalEntities: ReadonlyMap<string, string>;
};

/**
 * Makes the tables say what the plan says, inside the transaction it is given: readers see the old directory or the
 * new one. Only rows that differ are written.
 *
 * @returns how many people changed beyond the plan, those whose supervisor has just come into the directory; and what was told.
 */
export async function applyPlan(
  manager: EntityManager,
  task: ApplyTask,
): Promise<{ relinked: number; told: readonly EventCount[] }> {
  const { readId, plan } = task;
  const changes = await openChanges(manager, task);
  await moveOrgIds(manager, task);
  const ids: OrgIds = {
    departments: await upsertOrg(manager, "departments", plan.org.departments),
    offices: await upsertOrg(manager, "offices", plan.org.offices),
    legalEntities: await upsertOrg(manager, "legal_entities", plan.org.legal_entities),
  };
  await updateGuessedTimeZones(manager, guessOfficeZones(task.officeCountries, task.appliedAt));
  await updateCustomAttributeDefinitions(manager, task.customAttributes);
  // One batch is written while the next one is prepared.
  let writing: Promise<void> = Promise.resolve();
  for await (const items of streamPlanItems(manager, readId, task)) {
    const batch = items.map((item) => ({ item, write: personWrite(item, ids) }));
    await writing;
    writing = writeBatch(manager, batch, changes);
    // Whoever waits for it next hears how it ended.
    writing.catch(() => undefined);
  }
  await writing;
  if (plan.unchanged > 0) await keepSourceHashes(manager, readId);
  // What was left out of somebody's record has to be compared by a later run.
  if (task.orgMatch.waiting.size > 0) await forgetSourceHashes(manager);
  let relinked = 0;
  for await (const people of linkSupervisors(manager)) {
    relinked += people.length;
    await changes.recordLinks(people);
  }
  if (plan.added + plan.changed >= ANALYZE_FROM) await analyzePeople(manager);
  for (const table of ORG_TABLES) await removeUnreferencedOrg(manager, table);
  await recordAbsences(manager, task);
  await planUnsyncedSupervisors(manager, readId);
  await planLinesOfEverybody(manager, task, relinked);
  await replaceLedger(manager, task, task.appliedAt);
  return { relinked, told: await changes.close() };
}

/** What people refer to has other ids now; whoever was not read is compared in full when they come. */
async function moveOrgIds(manager: EntityManager, { orgMatch }: ApplyTask): Promise<void> {
  const { moves } = orgMatch;
  const moving = ORG_TABLES.filter((table) => moves[table].size > 0);
  for (const table of moving) await moveOrg(manager, table, moves[table]);
  if (moving.length > 0) await forgetSourceHashes(manager);
}

type ItemWrite = { readonly item: LinkedPlanItem; readonly write: PersonWrite };

async function writeBatch(
  manager: EntityManager,
  batch: readonly ItemWrite[],
  changes: ChangeRecorder,
): Promise<void> {
  const writesOf = (isNew: boolean): PersonWrite[] =>
    batch.filter(({ item }) => (item.change === "ADD") === isNew).map(({ write }) => write);
  await insertPeople(manager, writesOf(true));
  await updatePeople(manager, writesOf(false));
  await changes.recordPeople(batch.map(personChange));
}

/** What is found by looking at everybody is looked for only when somebody has changed: it means walking the whole company. */
async function planLinesOfEverybody(
  manager: EntityManager,
  { readId, plan, approved }: ApplyTask,
  relinked: number,
): Promise<void> {
  const left = plan.left + (approved ? plan.firstAbsences : 0);
  if (plan.added + plan.changed + left + relinked === 0) {
    return keepLines(manager, readId, [SUPERVISOR_CYCLE.reason, "AMBIGUOUS_REHIRE"]);
  }
  await planAmbiguousRehires(manager, readId);
  const cycles = findSupervisorCycles(await listEndlessSupervisorLinks(manager)).filter(
    ({ hasLeft }) => !hasLeft,
  );
  await insertPlannedSkips(
    manager,
    readId,
    cycles.map(({ personioId, displayName, workEmail }) => ({
      ...SUPERVISOR_CYCLE,
      personioId,
      workEmail,
      name: displayName,
    })),
  );
}

function personWrite(
  { personId, after, supervisorId, sourceHash, goesOn }: LinkedPlanItem,
  ids: OrgIds,
): PersonWrite {
  return {
    ...after,
    id: personId,
    displayName: displayNameOf(after),
    departmentId: idOf(ids.departments, after.departmentPersonioId),
    officeId: idOf(ids.offices, after.officePersonioId),
    legalEntityId: idOf(ids.legalEntities, after.legalEntityPersonioId),
    supervisorId,
    sourceHash,
    goesOn,
    searchWords: searchWords(
      after.firstName,
      after.lastName,
      after.preferredName,
      after.workEmail,
      after.position,
    ),
  };
}

const personChange = ({ item, write }: ItemWrite): PersonChange => ({
  personId: write.id,
  before: item.before && { record: item.before, supervisorId: item.formerSupervisorId },
  after: { record: item.after, supervisorId: item.supervisorId },
  departmentId: write.departmentId,
  officeId: write.officeId,
  goesOn: item.goesOn,
});

const idOf = (ids: ReadonlyMap<string, string>, personioId: string | null): string | null =>
  personioId === null ? null : (ids.get(personioId) ?? null);
