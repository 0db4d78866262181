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

/**
 * Gives rows the ids that another version of Personio's API has for them, by name: those whose name stands once in the table and once
 * among `names`, and whose new id nobody has yet. Our ids stay, so nothing that refers to them changes.
 */
export async function rematchOrg(
  manager: EntityManager,
  table: OrgTable,
  names: readonly OrgName[],
): Promise<void> {
  await manager.query(
    `/* org.rematch */
    with wanted as (
      select min(personio_id) as personio_id, name from unnest($1::text[], $2::text[]) as row (personio_id, name)
      group by name having count(*) = 1
    )
    update ${table} t set personio_id = w.personio_id from wanted w
    where t.name = w.name and t.personio_id <> w.personio_id
      and (select count(*) from ${table} other where other.name = t.name) = 1
      and not exists (select from ${table} taken where taken.personio_id = w.personio_id)`,
    [names.map(({ personioId }) => personioId), names.map(({ name }) => name)],
  );
}
