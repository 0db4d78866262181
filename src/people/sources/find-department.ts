import type { OrgName } from "../../org/org-changes.repository.ts";
import { composeText } from "../../request/compose-text.ts";

/** Personio's ids are numbers and uuids: the colon keeps ours apart. */
const OF_IDP = "IDP:";

/**
 * An identity provider names a department, and two systems rarely write a name alike: neither case nor blanks
 * around it count.
 */
export const departmentKey = (name: string): string => composeText(name).trim().toLowerCase();

export type FindDepartment = (
  name: string,
  /** The person's department in Personio, which wins among departments with one name. */
  preferred: string | null,
) => OrgName;

/**
 * Finds the department that an identity provider names: Personio's of that name, else one that only the
 * identity provider knows. Pure.
 */
export function createFindDepartment(departments: readonly OrgName[]): FindDepartment {
  const byKey = new Map<string, OrgName[]>();
  for (const department of departments.toSorted(byId)) {
    const key = departmentKey(department.name);
    byKey.set(key, [...(byKey.get(key) ?? []), department]);
  }
  return (name, preferred) => {
    const key = departmentKey(name);
    const named = byKey.get(key) ?? [];
    const found = named.find(({ personioId }) => personioId === preferred) ??
      named.find(({ personioId }) => !personioId.startsWith(OF_IDP)) ??
      named[0] ?? { personioId: OF_IDP + key, name: name.trim() };
    if (named.length === 0) byKey.set(key, [found]);
    return found;
  };
}

const byId = (one: OrgName, other: OrgName): number => (one.personioId < other.personioId ? -1 : 1);
