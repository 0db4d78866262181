import type { EntityManager } from "typeorm";
import type { PersonStatus } from "../../access/person-status.ts";
import { fetchAhead } from "../../database/fetch-ahead.ts";
import { STORED_RECORD_COLUMNS } from "../../people/changes/person-changes.repository.ts";
import type { PersonRecord } from "../../people/changes/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { EmailClaim } from "./settle-emails.ts";
import type { RehireCandidate } from "./settle-rehires.ts";
import { customKeyOf } from "./tally.ts";

/** How many people are compared at a time: enough to make round trips rare, few enough to stay within some megabytes. */
const FETCH_SIZE = 1_000;

/**
 * Everybody who wants or holds a work email that somebody else wants or holds too: all that `settleEmails` has to know, and
 * nobody else, so a company without conflicts costs no memory. Somebody unchanged wants what they hold, so every conflict has a
 * party whose record is not known.
 */
export async function listContestedEmailClaims(
  manager: EntityManager,
  readId: string,
  syncedStatuses: readonly PersonStatus[],
): Promise<EmailClaim[]> {
  return manager.query(
    `/* staging.listContestedEmailClaims */
    with changing as (
      select s.personio_id, coalesce(s.work_email, p.work_email) as wants,
        case when p.status <> 'INACTIVE' then p.work_email end as holds
      from staged_employees s left join people p on p.personio_id = s.personio_id
      where s.read_id = $1 and s.record is not null and coalesce(s.status, p.status) <> 'INACTIVE'
        and (p.id is not null or s.status = any($2))
    ), claims as (
      select personio_id, wants, holds from changing
      union all
      select p.personio_id, null, p.work_email from people p
      where p.status <> 'INACTIVE' and p.work_email in (select wants from changing union select holds from changing)
        and not exists (select from staged_employees s
          where s.read_id = $1 and s.personio_id = p.personio_id and s.record is not null)
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
      select s.personio_id, s.work_email from staged_employees s
      where s.read_id = $1 and s.record is not null and s.status = any($2)
        and not exists (select from people p where p.personio_id = s.personio_id)
    )
    select s.record as staged, p.id as "personId", to_jsonb(p) - 'id' as stored,
      coalesce(leaving.record -> 'fields' ->> 'terminationDate', p."terminationDate"::text) as "terminationDate"
    from newcomers n
    join (select people.id, ${STORED_RECORD_COLUMNS}) p on p."workEmail" = n.work_email
    join staged_employees s on s.read_id = $1 and s.personio_id = n.personio_id
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

const STORED = `p.id as "personId", case when p.id is not null then to_jsonb(p) - 'id' end as stored,
  a.person_id is not null as "absentBefore"`;

/**
 * Staged and stored people side by side, some at a time: first those who were read, in the order of their Personio ids, then
 * those who were not, in theirs. `partial`: only those who were read. Who is known to be unchanged does not come by.
 */
export async function* streamSideBySide(
  manager: EntityManager,
  readId: string,
  options: { readonly partial: boolean },
): AsyncGenerator<readonly SideBySideRow[]> {
  yield* fetchAhead<SideBySideRow>(manager, {
    name: "staged_people",
    size: FETCH_SIZE,
    sql: `/* staging.streamStaged */
      select s.personio_id as "personioId", s.record as staged, ${STORED}, f.person_id is not null as former
      from staged_employees s
      left join (select people.id, ${STORED_RECORD_COLUMNS}) p on p."personioId" = s.personio_id
      left join absent_people a on a.person_id = p.id
      left join former_employments f on f.personio_id = s.personio_id
      where s.read_id = $1 and s.record is not null
      order by s.personio_id`,
    parameters: [readId],
  });
  if (options.partial) return;
  yield* fetchAhead<SideBySideRow>(manager, {
    name: "missing_people",
    size: FETCH_SIZE,
    sql: `/* staging.streamMissing */
      select p."personioId", null as staged, ${STORED}, false as former
      from (select people.id, ${STORED_RECORD_COLUMNS}) p
      left join absent_people a on a.person_id = p.id
      where not exists (select from staged_employees s where s.read_id = $1 and s.personio_id = p."personioId")
      order by p."personioId"`,
    parameters: [readId],
  });
}

export type KnownPeople = {
  /** Who was read, is as they were, and counts as unchanged. */
  readonly people: number;
  /** How many of them have not left. */
  readonly current: number;
  /** How many of them have a value in each field that was asked for. */
  readonly having: Readonly<Record<string, number>>;
};

/** Counts whom `streamSideBySide` leaves out. `replaced` are records whose person is back under another one. */
export async function countKnownPeople(
  manager: EntityManager,
  readId: string,
  options: { readonly replaced: readonly string[]; readonly fields: readonly string[] },
): Promise<KnownPeople> {
  const { replaced, fields } = options;
  const customKeys: string[] = [];
  const having = fields.map((field) => {
    const key = customKeyOf(field);
    if (key === null) return `count(nullif(p."${field}"::text, ''))`;
    return `count(p."customAttributes" -> $${customKeys.push(key) + 2})`;
  });
  const rows: { people: number; current: number; having: number[] }[] = await manager.query(
    `/* staging.countKnown */
    select count(*)::int as people, count(*) filter (where p.status <> 'INACTIVE')::int as current,
      array[${having.join(", ")}]::int[] as having
    from staged_employees s join (select ${STORED_RECORD_COLUMNS}) p on p."personioId" = s.personio_id
    where s.read_id = $1 and s.record is null and not (s.status = 'INACTIVE' and (s.personio_id = any($2)
      or exists (select from former_employments f where f.personio_id = s.personio_id)))`,
    [readId, replaced, ...customKeys],
  );
  const [counted = { people: 0, current: 0, having: [] }] = rows;
  return {
    ...counted,
    having: Object.fromEntries(fields.map((field, place) => [field, counted.having[place] ?? 0])),
  };
}
