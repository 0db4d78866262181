import type { OrgName, OrgTable } from "../../org/org-changes.repository.ts";
import type { OrgReference } from "./read-values.ts";
import type { TranslatedPerson } from "./translate.ts";

export const ORG_TABLES = ["departments", "offices", "legal_entities"] as const satisfies readonly OrgTable[];

export type OrgNames = Readonly<Record<OrgTable, readonly OrgName[]>>;

/** Gathers what people refer to, each once, by the name that was told last. */
export function createOrgNames() {
  const names = {
    departments: new Map<string, OrgReference>(),
    offices: new Map<string, OrgReference>(),
    legal_entities: new Map<string, OrgReference>(),
  } satisfies Record<OrgTable, unknown>;
  return {
    note({ fields: { department, office, legalEntity } }: TranslatedPerson): void {
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
