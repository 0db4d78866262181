import type { EntityManager } from "typeorm";

export type OrgTable = "departments" | "offices" | "legal_entities";

export type OrgName = { readonly personioId: string; readonly name: string };

/**
 * Adds and renames, by Personio's id; what stands already is not touched. @returns our id by Personio's id, of every row
 * of the table.
 */
export async function upsertOrg(
  manager: EntityManager,
  table: OrgTable,
  names: readonly OrgName[],
): Promise<Map<string, string>> {
  await manager.query(
    `/* org.upsert */
    insert into ${table} as t (tenant_id, id, personio_id, name)
    select current_setting('app.tenant'), gen_random_uuid(), row.*
    from unnest($1::text[], $2::text[]) as row (personio_id, name)
    on conflict (tenant_id, personio_id) do update set name = excluded.name where t.name <> excluded.name`,
    [names.map(({ personioId }) => personioId), names.map(({ name }) => name)],
  );
  const rows: { id: string; personioId: string }[] = await manager.query(
    `/* org.ids */ select id, personio_id as "personioId" from ${table}`,
  );
  return new Map(rows.map(({ id, personioId }) => [personioId, id]));
}
