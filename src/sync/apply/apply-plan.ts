import type { EntityManager } from "typeorm";
import { upsertOrg } from "../../org/org-changes.repository.ts";
import { removeUnreferencedOrg } from "../../people/changes/org-references.repository.ts";
import {
  analyzePeople,
  insertPeople,
  linkSupervisors,
  listEndlessSupervisorLinks,
  type PersonWrite,
  replaceCustomAttributeDefinitions,
  updatePeople,
} from "../../people/changes/person-changes.repository.ts";
import { displayNameOf } from "../../people/changes/person-record.ts";
import { searchWords } from "../../people/search/search-words.ts";
import { replaceLedger } from "../../runs/skipped-employee.repository.ts";
import { SUPERVISOR_CYCLE } from "../plan/explain-skip.ts";
import {
  insertPlannedSkips,
  keepSupervisorCycles,
  type LinkedPlanItem,
  planUnsyncedSupervisors,
  recordAbsences,
  streamPlanItems,
} from "../plan/plan.repository.ts";
import type { PlanSummary } from "../plan/tally.ts";
import { findSupervisorCycles } from "./find-supervisor-cycles.ts";

/** From this many changes on, what Postgres knows of the tables may be wrong enough to plan badly. */
const ANALYZE_FROM = 1_000;

export type ApplyTask = {
  readonly runId: string;
  /** The read that the plan was made from. */
  readonly readId: string;
  readonly plan: PlanSummary;
  readonly complete: boolean;
  /** Only some of the company was read. */
  readonly partial: boolean;
  /** An admin has looked at this very plan: whoever is missing from it leaves now. */
  readonly approved: boolean;
  readonly customAttributes: readonly {
    readonly key: string;
    readonly label: string;
    readonly type: string;
  }[];
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
 * @returns how many people changed beyond the plan: those whose supervisor has just come into the directory.
 */
export async function applyPlan(manager: EntityManager, task: ApplyTask): Promise<{ relinked: number }> {
  const { readId, plan } = task;
  const ids: OrgIds = {
    departments: await upsertOrg(manager, "departments", plan.org.departments),
    offices: await upsertOrg(manager, "offices", plan.org.offices),
    legalEntities: await upsertOrg(manager, "legal_entities", plan.org.legal_entities),
  };
  await replaceCustomAttributeDefinitions(manager, task.customAttributes);
  for await (const items of streamPlanItems(manager, readId, task)) {
    const isNew = (item: LinkedPlanItem): boolean => item.change === "ADD";
    await insertPeople(
      manager,
      items.filter(isNew).map((item) => personWrite(item, ids)),
    );
    await updatePeople(
      manager,
      items.filter((item) => !isNew(item)).map((item) => personWrite(item, ids)),
    );
  }
  const relinked = await linkSupervisors(manager);
  if (plan.added + plan.changed >= ANALYZE_FROM) await analyzePeople(manager);
  for (const table of ["departments", "offices", "legal_entities"] as const) {
    await removeUnreferencedOrg(manager, table);
  }
  await recordAbsences(manager, task);
  await planUnsyncedSupervisors(manager, readId);
  await planSupervisorCycles(manager, task, relinked);
  await replaceLedger(manager, task, task.appliedAt);
  return { relinked };
}

/** Looks for circles only when a link may have changed: it means walking the whole company. */
async function planSupervisorCycles(
  manager: EntityManager,
  task: ApplyTask,
  relinked: number,
): Promise<void> {
  const { added, changed, left } = task.plan;
  if (added + changed + left + relinked === 0) return keepSupervisorCycles(manager, task.readId);
  const cycles = findSupervisorCycles(await listEndlessSupervisorLinks(manager));
  await insertPlannedSkips(
    manager,
    task.readId,
    cycles.map(({ personioId, displayName, workEmail }) => ({
      ...SUPERVISOR_CYCLE,
      personioId,
      workEmail,
      name: displayName,
    })),
  );
}

function personWrite({ personId, after, supervisorId }: LinkedPlanItem, ids: OrgIds): PersonWrite {
  const displayName = displayNameOf(after);
  return {
    ...after,
    id: personId,
    displayName,
    departmentId: idOf(ids.departments, after.departmentPersonioId),
    officeId: idOf(ids.offices, after.officePersonioId),
    legalEntityId: idOf(ids.legalEntities, after.legalEntityPersonioId),
    supervisorId,
    searchWords: searchWords(
      after.firstName,
      after.lastName,
      after.preferredName,
      after.workEmail,
      after.position,
    ),
  };
}

const idOf = (ids: ReadonlyMap<string, string>, personioId: string | null): string | null =>
  personioId === null ? null : (ids.get(personioId) ?? null);
