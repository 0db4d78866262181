import type { EntityManager } from "typeorm";
import { listOrgNames, upsertOrg } from "../../org/org-changes.repository.ts";
import { openWordIndex } from "../search/word-index.repository.ts";
import { removeUnreferencedOrg } from "../write/org-references.repository.ts";
import { updatePeople } from "../write/person-changes.repository.ts";
import type { PersonRecord } from "../write/person-record.ts";
import { personWrite } from "../write/person-write.ts";
import { isSameSources } from "./merge-sources.ts";
import type { MergedPerson, Merging } from "./open-merging.ts";
import { findIdsByRecord, storeSources } from "./person-sources.repository.ts";

/** A person whose served values changed, because a source other than Personio did. */
export type Remerged = {
  readonly personId: string;
  readonly before: { readonly record: PersonRecord; readonly supervisorId: string | null };
  readonly after: { readonly record: PersonRecord; readonly supervisorId: string | null };
  readonly departmentId: string | null;
  readonly officeId: string | null;
};

/**
 * Merges people again by Personio's last values, and writes those that differ. The caller holds the lock,
 * and emits the events.
 */
export async function remerge(
  manager: EntityManager,
  personIds: readonly string[],
  { merging, at }: { readonly merging: Merging; readonly at: Date },
): Promise<Remerged[]> {
  const requests = personIds.map((personId) => ({ personId, personio: (stored: PersonRecord) => stored }));
  const people = await merging.mergePeople(requests, at);
  const departmentIds = await storeDepartments(manager, people, merging);
  const supervisorIds = await findIdsByRecord(manager, people.flatMap(supervisorToFind));
  const changed = people.flatMap((person) => changeOf(person, { departmentIds, supervisorIds }) ?? []);
  const words = openWordIndex(manager);
  await updatePeople(
    manager,
    changed.map(({ write }) => write),
    words,
  );
  await words.flush();
  const sources = people.filter(({ stored, sources }) => !isSameSources(stored?.sources ?? null, sources));
  await storeSources(manager, sources);
  const leftOne = changed.some(({ write, former }) => write.departmentId !== former.departmentId);
  if (leftOne) await removeUnreferencedOrg(manager, "departments");
  return changed.map(({ change }) => change);
}

/** Our ids of departments by Personio's; none if no person's department changes. */
async function storeDepartments(
  manager: EntityManager,
  people: readonly MergedPerson[],
  merging: Merging,
): Promise<ReadonlyMap<string, string>> {
  const moves = people.some(
    ({ stored, record }) => stored?.served.departmentPersonioId !== record.departmentPersonioId,
  );
  return moves ? upsertOrg(manager, "departments", merging.takeDepartments()) : new Map();
}

const supervisorToFind = ({ stored, record, idpSupervisorId }: MergedPerson): string[] =>
  idpSupervisorId === undefined &&
  record.supervisorPersonioId !== null &&
  record.supervisorPersonioId !== stored?.served.supervisorPersonioId
    ? [record.supervisorPersonioId]
    : [];

type Ids = {
  readonly departmentIds: ReadonlyMap<string, string>;
  readonly supervisorIds: ReadonlyMap<string, string>;
};

/** Null if the person stays the same. */
function changeOf({ stored, record, personId, idpSupervisorId }: MergedPerson, ids: Ids) {
  if (!stored) return null;
  const { served, officeId, legalEntityId, sourceHash } = stored;
  const isSameDepartment = served.departmentPersonioId === record.departmentPersonioId;
  const isSameSupervisor = served.supervisorPersonioId === record.supervisorPersonioId;
  const departmentId = isSameDepartment
    ? stored.departmentId
    : (ids.departmentIds.get(record.departmentPersonioId ?? "") ?? null);
  const found = isSameSupervisor
    ? stored.supervisorId
    : (ids.supervisorIds.get(record.supervisorPersonioId ?? "") ?? null);
  const supervisorId = idpSupervisorId === undefined ? found : idpSupervisorId;
  const isSame =
    isSameDepartment &&
    isSameSupervisor &&
    supervisorId === stored.supervisorId &&
    MERGED.every((field) => served[field] === record[field]);
  if (isSame) return null;
  const own = { id: personId, departmentId, officeId, legalEntityId, supervisorId, sourceHash };
  const change: Remerged = {
    personId,
    before: { record: served, supervisorId: stored.supervisorId },
    after: { record, supervisorId },
    departmentId,
    officeId,
  };
  return { change, write: personWrite(record, { ...own, continuation: null }), former: stored };
}

/** The other fields that a merge can change. */
const MERGED = ["displayName", "firstName", "lastName", "position", "employeeId"] as const;

/** The departments of the directory, to which names of the identity provider may belong. */
export const storedDepartments = (manager: EntityManager) => () => listOrgNames(manager, "departments");
