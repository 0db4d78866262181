import type { EntityManager } from "typeorm";
import type { OrgTable } from "../../org/org-changes.repository.ts";

/** The column of `people` that refers to each table. */
const REFERRING_COLUMN: Readonly<Record<OrgTable, string>> = {
  departments: "department_id",
  offices: "office_id",
  legal_entities: "legal_entity_id",
};

/**
 * Removes rows that no person refers to. References of leavers count, because leavers stay. As long as the
 * company chooses legal entities, all of them stay: the setting names them by our ids.
 */
export async function removeUnreferencedOrg(manager: EntityManager, table: OrgTable): Promise<void> {
  await manager.query(
    `/* people.removeUnreferencedOrg */
    delete from ${table} t where not exists (select from people p where p.${REFERRING_COLUMN[table]} = t.id)
      ${table === "legal_entities" ? "and not exists (select from tenants where synced_legal_entity_ids is not null)" : ""}`,
  );
}
