import type { OrgName, OrgTable } from "./org-changes.repository.ts";

export const ORG_TABLES = ["departments", "offices", "legal_entities"] as const satisfies readonly OrgTable[];

export type OrgNames = Readonly<Record<OrgTable, readonly OrgName[]>>;

/** The references of one person; undefined means that the record does not contain the field. */
type References = Partial<Record<"department" | "office" | "legalEntity", OrgName | null>>;

/** Collects the org units that people refer to: each id once, with its latest name. */
export function createOrgNames() {
  const names = {
    departments: new Map<string, OrgName>(),
    offices: new Map<string, OrgName>(),
    legal_entities: new Map<string, OrgName>(),
  } satisfies Record<OrgTable, unknown>;
  return {
    note({ department, office, legalEntity }: References): void {
      if (department) names.departments.set(department.personioId, department);
      if (office) names.offices.set(office.personioId, office);
      if (legalEntity) names.legal_entities.set(legalEntity.personioId, legalEntity);
    },
    add(table: OrgTable, more: readonly OrgName[]): void {
      for (const name of more) names[table].set(name.personioId, name);
    },
    list: (): OrgNames => ({
      departments: [...names.departments.values()],
      offices: [...names.offices.values()],
      legal_entities: [...names.legal_entities.values()],
    }),
  };
}
