import type { EntityManager } from "typeorm";
import type { PersonStatus } from "../../access/person-status.ts";
import { asLogin } from "../../database/transaction.ts";
import { STORED_RECORD_COLUMNS } from "../../people/changes/person-changes.repository.ts";
import type { PersonRecord } from "../../people/changes/person-record.ts";
import type { EmailClaim } from "../plan/settle-emails.ts";
import type { RehireCandidate } from "../plan/settle-rehires.ts";
import type { OrgReference } from "./read-values.ts";
import { nameOf, type TranslatedPerson } from "./translate.ts";

/** How many people are compared at a time: enough to make round trips rare, few enough to stay within some megabytes. */
const FETCH_SIZE = 1_000;

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

/** Keeps what was read. An id that comes twice, because pages shifted while they were read, is kept once: the later one. */
export async function stagePeople(
  manager: EntityManager,
  readId: string,
  people: Iterable<TranslatedPerson>,
): Promise<void> {
  const rows = [...new Map(Array.from(people, (person) => [person.personioId, person])).values()];
  await manager.query(
    `/* staging.stage */
    insert into staged_employees (tenant_id, read_id, personio_id, work_email, status, record)
    select current_setting('app.tenant'), $1, row.*
    from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) as row (personio_id, work_email, status, record)
    on conflict (tenant_id, read_id, personio_id) do update
      set work_email = excluded.work_email, status = excluded.status, record = excluded.record`,
    [
      readId,
      rows.map((row) => row.personioId),
      rows.map((row) => row.fields.workEmail ?? null),
      rows.map((row) => row.fields.status ?? null),
      rows.map((row) => JSON.stringify(row)),
    ],
  );
}

export async function countStaged(manager: EntityManager, readId: string): Promise<number> {
  const rows: { count: number }[] = await manager.query(
    "/* staging.count */ select count(*)::int as count from staged_employees where read_id = $1",
    [readId],
  );
  return rows[0]?.count ?? 0;
}

/** Gives the planner true numbers of a table that was just filled: it would take a table of 100,000 for empty. */
export async function analyzeStaging(manager: EntityManager): Promise<void> {
  await asLogin(manager, () =>
    manager.query(
      "/* staging.analyze */ analyze staged_employees (tenant_id, read_id, personio_id, work_email)",
    ),
  );
}

/**
 * Everybody who wants or holds a work email that somebody else wants or holds too: all that `settleEmails` has to know, and
 * nobody else, so a company without conflicts costs no memory.
 */
export async function listContestedEmailClaims(
  manager: EntityManager,
  readId: string,
  syncedStatuses: readonly PersonStatus[],
): Promise<EmailClaim[]> {
  return manager.query(
    `/* staging.listContestedEmailClaims */
    with claims as (
      select s.personio_id, coalesce(s.work_email, p.work_email) as wants,
        case when p.status <> 'INACTIVE' then p.work_email end as holds
      from staged_employees s left join people p on p.personio_id = s.personio_id
      where s.read_id = $1 and coalesce(s.status, p.status) <> 'INACTIVE'
        and (p.id is not null or s.status = any($2))
      union all
      select p.personio_id, null, p.work_email from people p
      where p.status <> 'INACTIVE' and not exists (
        select from staged_employees s where s.read_id = $1 and s.personio_id = p.personio_id)
    ), contested as (
      select email from (
        select wants as email, personio_id from claims where wants is not null
        union select holds, personio_id from claims where holds is not null
      ) touching group by email having count(*) > 1
    )
    select personio_id as "personioId", wants, holds from claims
    where wants in (select email from contested) or holds in (select email from contested)
    order by personio_id`,
    [readId, syncedStatuses],
  );
}

/** Newcomers who have the work email of a leaver, or of somebody who leaves with this very read. */
export async function listRehireCandidates(
  manager: EntityManager,
  readId: string,
  syncedStatuses: readonly PersonStatus[],
): Promise<RehireCandidate[]> {
  return manager.query(
    `/* staging.listRehireCandidates */
    with newcomers as materialized (
      select s.personio_id, s.work_email, s.record from staged_employees s
      where s.read_id = $1 and s.status = any($2)
        and not exists (select from people p where p.personio_id = s.personio_id)
    )
    select n.record as staged, p.id as "personId", to_jsonb(p) - 'id' as stored,
      coalesce(leaving.record -> 'fields' ->> 'terminationDate', p."terminationDate"::text) as "terminationDate"
    from newcomers n
    join (select people.id, ${STORED_RECORD_COLUMNS}) p on p."workEmail" = n.work_email
    left join staged_employees leaving on leaving.read_id = $1 and leaving.personio_id = p."personioId"
    where coalesce(leaving.status, p.status) = 'INACTIVE'`,
    [readId, syncedStatuses],
  );
}

export type SideBySideRow = {
  readonly personioId: string;
  readonly staged: TranslatedPerson | null;
  readonly personId: string | null;
  readonly stored: PersonRecord | null;
  readonly absentBefore: boolean;
  readonly former: boolean;
};

/**
 * Staged and stored people side by side, in the order of their Personio ids, some at a time. `partial`: only those who were
 * read.
 */
export async function* streamSideBySide(
  manager: EntityManager,
  readId: string,
  options: { readonly partial: boolean },
): AsyncGenerator<readonly SideBySideRow[]> {
  await manager.query(
    `/* staging.streamSideBySide */
    declare side_by_side no scroll cursor for
    select coalesce(s.personio_id, p."personioId") as "personioId", s.record as staged, p.id as "personId",
      case when p.id is not null then to_jsonb(p) - 'id' end as stored, a.person_id is not null as "absentBefore",
      f.person_id is not null as former
    from (select personio_id, record from staged_employees where read_id = $1) s
    ${options.partial ? "left" : "full"} join (select people.id, ${STORED_RECORD_COLUMNS}) p on p."personioId" = s.personio_id
    left join absent_people a on a.person_id = p.id
    left join former_employments f on f.personio_id = s.personio_id
    order by 1`,
    [readId],
  );
  for (;;) {
    const rows: SideBySideRow[] = await manager.query(`fetch ${FETCH_SIZE} from side_by_side`);
    if (rows.length > 0) yield rows;
    if (rows.length < FETCH_SIZE) break;
  }
  await manager.query("close side_by_side");
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

/** Every department, office or legal entity that the read mentions. */
export async function listStagedOrg(
  manager: EntityManager,
  readId: string,
  field: "department" | "office" | "legalEntity",
): Promise<OrgReference[]> {
  return manager.query(
    `/* staging.listOrg */
    select distinct record -> 'fields' -> $2 ->> 'personioId' as "personioId", record -> 'fields' -> $2 ->> 'name' as name
    from staged_employees where read_id = $1 and record -> 'fields' -> $2 ->> 'personioId' is not null`,
    [readId, field],
  );
}
