import type { EntityManager } from "typeorm";
import type { Queries } from "../database/queries.ts";

export type OrgTable = "departments" | "offices" | "legal_entities";

export type OrgName = { readonly personioId: string; readonly name: string };

/**
 * Adds and renames rows by Personio's id. Rows that already match stay untouched.
 * @returns our id by Personio's id, of every row of the table.
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

/** Of these names, by Personio's id, those that differ from the stored row. */
export async function listRenamedOrg(
  manager: EntityManager,
  table: OrgTable,
  names: readonly OrgName[],
): Promise<OrgName[]> {
  return manager.query(
    `/* org.listRenamed */
    select t.personio_id as "personioId", row.name from unnest($1::text[], $2::text[]) as row (personio_id, name)
    join ${table} t on t.personio_id = row.personio_id where t.name <> row.name`,
    [names.map(({ personioId }) => personioId), names.map(({ name }) => name)],
  );
}

export async function listOrgNames(manager: Queries, table: OrgTable): Promise<OrgName[]> {
  return manager.query(`/* org.listNames */ select personio_id as "personioId", name from ${table}`);
}

/** Personio's ids of the rows with these ids of ours. */
export async function listPersonioIds(
  manager: EntityManager,
  table: OrgTable,
  ids: readonly string[],
): Promise<string[]> {
  const rows: { personioId: string }[] = await manager.query(
    `/* org.listPersonioIds */ select personio_id as "personioId" from ${table} where id = any($1::uuid[])`,
    [ids],
  );
  return rows.map(({ personioId }) => personioId);
}

/**
 * Gives rows other ids of Personio. Our ids stay, so references stay valid. Rows may swap ids, and Postgres
 * checks uniqueness row by row, so all rows release their ids first.
 */
export async function moveOrg(
  manager: EntityManager,
  table: OrgTable,
  moves: ReadonlyMap<string, string>,
): Promise<void> {
  if (moves.size === 0) return;
  await manager.query(
    `/* org.release */ update ${table} set personio_id = '>' || personio_id where personio_id = any($1)`,
    [[...moves.keys()]],
  );
  await manager.query(
    `/* org.move */
    update ${table} t set personio_id = move.becomes from unnest($1::text[], $2::text[]) as move (was, becomes)
    where t.personio_id = '>' || move.was`,
    [[...moves.keys()], [...moves.values()]],
  );
}

/**
 * Stores guesses for offices, by Personio's id. Writes only rows that differ, and no zone that Postgres
 * lacks: its list of names may be shorter than ours. Postgres takes 15 ms to read that list from its files,
 * so the differing rows come first, and without any it is not read.
 */
export async function updateGuessedTimeZones(
  manager: EntityManager,
  guesses: readonly { readonly officePersonioId: string; readonly timeZone: string | null }[],
): Promise<void> {
  if (guesses.length === 0) return;
  await manager.query(
    `/* org.updateGuessedTimeZones */
    with differing as materialized (
      select o.id, guess.time_zone from offices o
      join unnest($1::text[], $2::text[]) as guess (personio_id, time_zone) on guess.personio_id = o.personio_id
      where o.guessed_time_zone is distinct from guess.time_zone
    )
    update offices o set guessed_time_zone = differing.time_zone from differing
    where o.id = differing.id
      and (differing.time_zone is null or exists (select from pg_timezone_names known where known.name = differing.time_zone))`,
    [guesses.map(({ officePersonioId }) => officePersonioId), guesses.map(({ timeZone }) => timeZone)],
  );
}

/**
 * Sets an office's zone; null returns it to the guess.
 * @returns whether the office exists.
 */
export async function setOfficeTimeZone(
  manager: EntityManager,
  officeId: string,
  timeZone: string | null,
): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* org.setOfficeTimeZone */
    with changed as (update offices set time_zone = $2 where id = $1 returning id) select id from changed`,
    [officeId, timeZone],
  );
  return rows.length > 0;
}
