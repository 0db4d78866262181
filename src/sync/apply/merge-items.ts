import type { EntityManager } from "typeorm";
import { isSameSources, personioRecord } from "../../people/sources/merge-sources.ts";
import type { MergedPerson, Merging } from "../../people/sources/open-merging.ts";
import { findIdsByRecord, type SourcesWrite } from "../../people/sources/person-sources.repository.ts";
import type { LinkedPlanItem } from "../plan/plan.repository.ts";

export type MergedItems = {
  readonly items: readonly LinkedPlanItem[];
  readonly sources: readonly SourcesWrite[];
};

/**
 * Merges the people of a plan once more. The plan may be days old, and the identity provider may have changed
 * since. So its current values count, and the people as they are stored now.
 */
export async function mergeItems(
  manager: EntityManager,
  items: readonly LinkedPlanItem[],
  { merging, at }: { readonly merging: Merging | null; readonly at: Date },
): Promise<MergedItems> {
  if (!merging) return { items, sources: [] };
  const requests = items.map(({ personId, after, losing }) => ({
    personId,
    personio: personioRecord(after, { personio: losing ?? {} }),
  }));
  const people = new Map(
    (await merging.mergePeople(requests, at)).map((person) => [person.personId, person]),
  );
  const merged = items.map((item) => ({ item, person: people.get(item.personId)! }));
  const moved = merged.flatMap(({ item, person }) => supervisorToFind(item, person) ?? []);
  const ids = await findIdsByRecord(manager, moved);
  return {
    items: merged.map(({ item, person }) => ({
      ...item,
      before: item.before && (person.stored?.served ?? item.before),
      after: person.record,
      formerSupervisorId: person.stored?.supervisorId ?? null,
      supervisorId: supervisorOf(item, person, ids),
    })),
    sources: people
      .values()
      .filter(({ stored, sources }) => !isSameSources(stored?.sources ?? null, sources))
      .map(({ personId, sources }) => ({ personId, sources }))
      .toArray(),
  };
}

/** The plan has found the supervisor only of its own record. */
const supervisorToFind = (
  { after }: LinkedPlanItem,
  { record, idpSupervisorId }: MergedPerson,
): string | null =>
  idpSupervisorId === undefined && record.supervisorPersonioId !== after.supervisorPersonioId
    ? record.supervisorPersonioId
    : null;

function supervisorOf(
  item: LinkedPlanItem,
  { record: { supervisorPersonioId }, idpSupervisorId }: MergedPerson,
  ids: ReadonlyMap<string, string>,
): string | null {
  if (idpSupervisorId !== undefined) return idpSupervisorId;
  if (supervisorPersonioId === item.after.supervisorPersonioId) return item.supervisorId;
  return ids.get(supervisorPersonioId ?? "") ?? null;
}
