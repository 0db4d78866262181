import type { EntityManager } from "typeorm";
import { IDP_FIELDS } from "../../fields/field-source.ts";
import { findStream, type Stream } from "../../lifecycle/events/event-stream.repository.ts";
import { listOrgNames, type OrgName } from "../../org/org-changes.repository.ts";
import { type MergeOptions, type Merging, openMerging } from "../../people/sources/open-merging.ts";
import type { Snapshot } from "../read/snapshot.ts";
import { recordFieldsOf } from "./hide-fields.ts";
import type { OrgMatch } from "./match-org.ts";
import { findReadableFields } from "./readable-fields.ts";

type RunFacts = Pick<Snapshot, "rules" | "facts">;

/** The rules by which a run merges. A run of some people proves nothing about the fields of the others. */
export const mergeRulesOf = (
  manager: EntityManager,
  { rules: { mapping, rights, fieldSettings }, facts }: RunFacts,
): Omit<MergeOptions, "departments"> => ({
  settings: fieldSettings,
  hidden: mapping.hidden,
  readable: async () =>
    facts.partial
      ? readableOf(await findStream(manager))
      : new Set(findReadableFields(mapping, rights.attributes)),
});

/** The fields of the last full run; all of them for a log from before they were stored. */
export const readableOf = (stream: Stream | null): ReadonlySet<string> =>
  new Set(stream?.readableFields ?? stream?.readFields ?? IDP_FIELDS.flatMap(recordNames));

const recordNames = (field: (typeof IDP_FIELDS)[number]): readonly string[] =>
  field === "displayName" ? [] : recordFieldsOf(field);

/** Merges with the departments as they are once the plan is applied. */
export const openPlanMerging = (
  manager: EntityManager,
  snapshot: RunFacts & Pick<Snapshot, "orgNames">,
  orgMatch: OrgMatch,
): Promise<Merging | null> =>
  openMerging(manager, {
    ...mergeRulesOf(manager, snapshot),
    departments: () => plannedDepartments(manager, snapshot, orgMatch),
  });

async function plannedDepartments(
  manager: EntityManager,
  { orgNames }: Pick<Snapshot, "orgNames">,
  { moves, waiting }: OrgMatch,
): Promise<OrgName[]> {
  const names = new Map<string, string>();
  for (const { personioId, name } of await listOrgNames(manager, "departments"))
    names.set(moves.departments.get(personioId) ?? personioId, name);
  if (!waiting.has("departments"))
    for (const { personioId, name } of orgNames.departments) names.set(personioId, name);
  return Array.from(names, ([personioId, name]) => ({ personioId, name }));
}
