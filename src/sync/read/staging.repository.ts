import type { EntityManager } from "typeorm";
import { jsonLines, toJsonLines } from "../../database/json-lines.ts";
import { asLogin } from "../../database/transaction.ts";
import { nameOf, type TranslatedPerson } from "./translate.ts";

const TABLES = ["staged_employees", "planned_skips", "sync_plan_items"] as const;

/** Forgets what a run or a preview had read and planned, when it has ended. A plan that somebody is to look at is kept. */
export async function clearStaging(
  manager: EntityManager,
  readId: string,
  options: { readonly keepPlan?: boolean } = {},
): Promise<void> {
  for (const table of options.keepPlan ? TABLES.slice(0, -1) : TABLES) {
    await manager.query(`/* staging.clear */ delete from ${table} where read_id = $1`, [readId]);
  }
}

/** Forgets what killed workers had left behind: every read but those that are named. */
export async function clearAbandonedStaging(manager: EntityManager, keep: readonly string[]): Promise<void> {
  for (const table of TABLES) {
    await manager.query(`/* staging.clearAbandoned */ delete from ${table} where read_id <> all ($1)`, [
      keep,
    ]);
  }
}

/** One person as one read said. What was not sent is undefined. */
export type StagedPerson = {
  readonly personioId: string;
  readonly workEmail: string | null | undefined;
  readonly status: string | null | undefined;
  /** Null for a read that compares everybody in full. */
  readonly sourceHash: string | null;
  /** The translated person as JSON. */
  readonly record: string;
};

/**
 * Keeps what was read; of people who are known to be as they were, no more than that they are there. An id that comes twice, because
 * pages shifted while they were read, is kept once: the later one.
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
 * Notes whoever was last written from the very same record, and returns their ids. A hash is of one person's record, so no two people are
 * mixed up; asked as a pair, Postgres reads the whole directory for each batch.
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

/**
 * Notes that people are there, and as they were, although their record could not be read. Without a hash, which tells them from people
 * who are known to be unchanged. Newcomers wait outside.
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

/**
 * Gives the planner true numbers of a table that was just filled: it would take a table of 100,000 for empty. Whoever finds another
 * company doing so goes without: the table is theirs until their transaction ends, and nobody waits for somebody else's size.
 */
export async function analyzeStaging(manager: EntityManager): Promise<void> {
  await asLogin(manager, () =>
    manager.query(
      "/* staging.analyze */ analyze (skip_locked) staged_employees (tenant_id, read_id, personio_id, work_email, record)",
    ),
  );
}

/** What these people are called, by Personio's id. */
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
