import type { EntityManager } from "typeorm";
import { jsonLines, toJsonLines } from "../../database/json-lines.ts";
import { nameOf, type TranslatedPerson } from "./translate.ts";

const TABLES = ["staged_employees", "planned_skips", "sync_plan_items"] as const;

/**
 * Deletes the rows of a run or a preview that has ended, except a plan that an admin has to review
 * (`keepPlan`).
 */
export async function clearStaging(
  manager: EntityManager,
  readId: string,
  options: { readonly keepPlan?: boolean } = {},
): Promise<void> {
  for (const table of options.keepPlan ? TABLES.slice(0, -1) : TABLES) {
    await manager.query(`/* staging.clear */ delete from ${table} where read_id = $1`, [readId]);
  }
}

/** Deletes the rows that killed workers left behind: those of all reads except `keep`. */
export async function clearAbandonedStaging(manager: EntityManager, keep: readonly string[]): Promise<void> {
  for (const table of TABLES) {
    await manager.query(`/* staging.clearAbandoned */ delete from ${table} where read_id <> all ($1)`, [
      keep,
    ]);
  }
}

/** One person as read. A value that was not sent is undefined. */
export type StagedPerson = {
  readonly personioId: string;
  readonly workEmail: string | null | undefined;
  readonly status: string | null | undefined;
  /** Null for a read that compares all people in full. */
  readonly sourceHash: string | null;
  /** The translated person as JSON. */
  readonly record: string;
};

/**
 * Stages people. A person whose hash is unchanged gets a row without a record. If an id comes twice, because
 * pages shifted during the read, the later one wins.
 */
export async function stagePeople(
  manager: EntityManager,
  readId: string,
  people: readonly StagedPerson[],
): Promise<void> {
  const latest = [...new Map(people.map((person) => [person.personioId, person])).values()];
  const known = await stageKnownPeople(manager, readId, latest);
  const rows = latest.filter(({ personioId }) => !known.has(personioId));
  if (rows.length === 0) return;
  await manager.query(
    `/* staging.stage */
    insert into staged_employees (tenant_id, read_id, personio_id, work_email, status, source_hash, record)
    select current_setting('app.tenant'), $1, row.personio_id, row.work_email, row.status, row.source_hash, row.record::json
    from rows from (unnest($2::text[], $3::text[], $4::text[], $5::text[]), ${jsonLines("$6")})
      as row (personio_id, work_email, status, source_hash, record)
    ${LATER_ONE_WINS}`,
    [
      readId,
      rows.map(({ personioId }) => personioId),
      rows.map(({ workEmail }) => workEmail),
      rows.map(({ status }) => status),
      rows.map(({ sourceHash }) => sourceHash),
      toJsonLines(rows.map(({ record }) => record)),
    ],
  );
}

const LATER_ONE_WINS = `on conflict (tenant_id, read_id, personio_id) do update set work_email = excluded.work_email,
  status = excluded.status, source_hash = excluded.source_hash, record = excluded.record`;

/**
 * Stages the people whose hash is unchanged, and returns their ids. The query compares ids and hashes in two
 * lists: with pairs, Postgres would read the whole directory for each batch. A hash contains the id, so it
 * cannot match another person.
 */
async function stageKnownPeople(
  manager: EntityManager,
  readId: string,
  people: readonly StagedPerson[],
): Promise<ReadonlySet<string>> {
  const hashed = people.filter(({ sourceHash }) => sourceHash !== null);
  if (hashed.length === 0) return new Set();
  const rows: { personioId: string }[] = await manager.query(
    `/* staging.stageKnown */
    insert into staged_employees (tenant_id, read_id, personio_id, work_email, status, source_hash)
    select tenant_id, $1, personio_id, work_email, status, source_hash from people
    where personio_id = any($2) and source_hash = any($3)
    ${LATER_ONE_WINS}
    returning personio_id as "personioId"`,
    [readId, hashed.map(({ personioId }) => personioId), hashed.map(({ sourceHash }) => sourceHash)],
  );
  return new Set(rows.map(({ personioId }) => personioId));
}

/** Stages people whose record needs no translation: present, and unchanged. */
export async function stageKnownRecords(
  manager: EntityManager,
  readId: string,
  personioIds: readonly string[],
): Promise<void> {
  if (personioIds.length === 0) return;
  await manager.query(
    `/* staging.stageKnownRecords */
    insert into staged_employees (tenant_id, read_id, personio_id, work_email, status, source_hash)
    select tenant_id, $1, personio_id, work_email, status, source_hash from people where personio_id = any($2)
    ${LATER_ONE_WINS}`,
    [readId, personioIds],
  );
}

/**
 * Stages people whose record could not be read as present and unchanged. Their rows have no hash, unlike
 * those of people whose hash is unchanged. Newcomers with an unreadable record stay outside.
 */
export async function stageUnread(
  manager: EntityManager,
  readId: string,
  personioIds: readonly string[],
): Promise<void> {
  if (personioIds.length === 0) return;
  await manager.query(
    `/* staging.stageUnread */
    insert into staged_employees (tenant_id, read_id, personio_id, work_email, status)
    select tenant_id, $1, personio_id, work_email, status from people where personio_id = any($2)
    on conflict do nothing`,
    [readId, personioIds],
  );
}

export async function countStaged(manager: EntityManager, readId: string): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* staging.count */ select count(*)::int as count from staged_employees where read_id = $1",
    [readId],
  );
  return rows[0]?.count ?? 0;
}

/** The names of these people, by Personio's id. */
export async function listStagedNames(
  manager: EntityManager,
  readId: string,
  personioIds: readonly string[],
): Promise<Map<string, string>> {
  const rows: { personioId: string; record: TranslatedPerson }[] = await manager.query(
    `/* staging.listNames */
    select personio_id as "personioId", record from staged_employees where read_id = $1 and personio_id = any($2)`,
    [readId, personioIds],
  );
  return new Map(rows.map(({ personioId, record }) => [personioId, nameOf(record.fields) ?? ""]));
}
