import type { EntityManager } from "typeorm";
import type { OrgTable } from "../../org/org-changes.repository.ts";

/** The column of `people` that refers to each table. */
const REFERRING_COLUMN: Readonly<Record<OrgTable, string>> = {
  departments: "department_id",
  offices: "office_id",
  legal_entities: "legal_entity_id",
};

/** The department in Personio of a person who has another one from the identity provider. */
const KEPT_DEPARTMENT =
  "and not exists (select from person_sources kept where kept.personio_department_id = t.id)";

/** A company that chooses legal entities names them by our ids, so all of them stay. */
const CHOSEN = "and not exists (select from tenants where synced_legal_entity_ids is not null)";

const KEPT: Readonly<Record<OrgTable, string>> = {
  departments: KEPT_DEPARTMENT,
  offices: "",
  legal_entities: CHOSEN,
};

/** Removes rows that no person refers to. References of leavers count, because leavers stay. */
export async function removeUnreferencedOrg(manager: EntityManager, table: OrgTable): Promise<void> {
  await manager.query(
    `/* people.removeUnreferencedOrg */
    delete from ${table} t where not exists (select from people p where p.${REFERRING_COLUMN[table]} = t.id)
      ${KEPT[table]}`,
  );
}
