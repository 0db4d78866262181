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

/** Of these names, by Personio's id, those that are new to rows that stand already. */
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

/**
 * Notes what was guessed of offices, by Personio's id. Only what differs is written, and no zone that Postgres does not know:
 * its list of names may be shorter than ours.
 */
export async function updateGuessedTimeZones(
  manager: EntityManager,
  guesses: readonly { readonly officePersonioId: string; readonly timeZone: string | null }[],
): Promise<void> {
  if (guesses.length === 0) return;
  await manager.query(
    `/* org.updateGuessedTimeZones */
    update offices o set guessed_time_zone = guess.time_zone
    from unnest($1::text[], $2::text[]) as guess (personio_id, time_zone)
    where o.personio_id = guess.personio_id and o.guessed_time_zone is distinct from guess.time_zone
      and (guess.time_zone is null or exists (select from pg_timezone_names known where known.name = guess.time_zone))`,
    [guesses.map(({ officePersonioId }) => officePersonioId), guesses.map(({ timeZone }) => timeZone)],
  );
}

/** Sets an office's zone, or with null leaves it to what is guessed. @returns whether there is such an office. */
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
