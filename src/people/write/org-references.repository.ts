import type { EntityManager } from "typeorm";
import type { OrgTable } from "../../org/org-changes.repository.ts";

/** Which column of `people` refers to which table. */
const REFERRING_COLUMN: Readonly<Record<OrgTable, string>> = {
  departments: "department_id",
  offices: "office_id",
  legal_entities: "legal_entity_id",
};

/** Removes what nobody refers to any more; leavers count, because their records stay. */
export async function removeUnreferencedOrg(manager: EntityManager, table: OrgTable): Promise<void> {
  await manager.query(
    `/* people.removeUnreferencedOrg */
    delete from ${table} t where not exists (select from people p where p.${REFERRING_COLUMN[table]} = t.id)`,
  );
}
