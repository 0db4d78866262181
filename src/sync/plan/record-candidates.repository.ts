import type { EntityManager } from "typeorm";
import { queryPlannedOnce } from "../../database/queries.ts";
import { PERSON_TIME_ZONE } from "../../people/person.repository.ts";
import { PERSONIO_RECORD_COLUMNS } from "../../people/write/person-changes.repository.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { RecordCandidate } from "./join-record.ts";
import type { NewcomerPair } from "./pair-newcomers.ts";
import { ALTERATION_LENGTH } from "./same-person.ts";

/** The records of a read, `$1`, that are not the current one of any person. */
const NEW_RECORDS = `
      select s.personio_id, s.work_email, s.status from staged_employees s
      where s.read_id = $1 and s.record is not null
        and not exists (select from people p where p.personio_id = s.personio_id)`;

/** Those in synced statuses, `$2`. */
const NEWCOMERS = `${NEW_RECORDS} and s.status = any($2)`;

/** Those that have ended. */
const ENDED = `${NEW_RECORDS} and s.status = 'INACTIVE'`;

/** Whether the record `n` is not a known former one. A later one begins after the last day of its person. */
const IS_NEW = `not exists (select from former_employments f join people owner on owner.id = f.person_id
        where f.personio_id = n.personio_id and (f.hire_date > owner.termination_date) is not true)`;

/**
 * The new records of this read whose address is that of a newcomer, as Personio alters it. They may have left
 * already. A read of some people may lack the newcomer with that address; then two altered ones count.
 */
export const listNewcomerPairs = (
  manager: EntityManager,
  readId: string,
  { syncedStatuses, now, partial }: PairOptions,
): Promise<NewcomerPair[]> =>
  queryPlannedOnce(
    manager,
    `/* staging.listNewcomerPairs */
    with new_records as materialized (
      ${NEW_RECORDS} and (s.status = any($2) or s.status = 'INACTIVE')
    ), altered as materialized (
      select n.personio_id, n.status, original.address from new_records n, ${ORIGINALS_OF("n.work_email", "$3")} original
    ), pairs as materialized (
      select former.personio_id as former, next.personio_id as next
      from altered former join new_records next on next.work_email = former.address and next.status = any($2)
      union select former.personio_id, next.personio_id
      from altered former join altered next on next.address = former.address and next.personio_id <> former.personio_id
      where $5 and former.status = any($2) and next.status = any($2)
    )
    select former.record as former, next.record as next,
      ($4::timestamptz at time zone coalesce((select time_zone from tenants), 'UTC'))::date::text as today
    from pairs join staged_employees former on former.read_id = $1 and former.personio_id = pairs.former
      join staged_employees next on next.read_id = $1 and next.personio_id = pairs.next
    where former.record -> 'excluded' is null and next.record -> 'excluded' is null
    order by former.personio_id, next.personio_id`,
    [readId, syncedStatuses, ALTERATION_LENGTH, now, partial],
  );

type PairOptions = {
  readonly syncedStatuses: readonly PersonStatus[];
  readonly now: Date;
  /** Whether the read may lack records of these people. */
  readonly partial: boolean;
};

/**
 * Records that are not the current one of any person, each with the people whose record it may be. Such a
 * person has the same address, possibly altered by Personio, or lost it to another person. Or the record is
 * the person's former or next one.
 *
 * Two statements, because most reads contain no such record. To plan one statement for all of it takes
 * Postgres longer than the rest of a small sync.
 */
export async function listRecordCandidates(
  manager: EntityManager,
  readId: string,
  { syncedStatuses, now }: { readonly syncedStatuses: readonly PersonStatus[]; readonly now: Date },
): Promise<RecordCandidate[]> {
  const pairs = await queryPlannedOnce<CandidatePair[]>(
    manager,
    `/* staging.findRecordCandidates */
    with newcomers as materialized (${NEWCOMERS}), ended as materialized (${ENDED}
    ), altered as materialized (${ALTERED_ADDRESSES("$3")}), found as (
      select n.personio_id, f.person_id, 'FORMER' as known
      from newcomers n join former_employments f on f.personio_id = n.personio_id
      union all select n.personio_id, p.id, 'NEXT'
      from (table newcomers union all table ended) n join people p on p.next_personio_id = n.personio_id
      union all select n.personio_id, p.id, null from newcomers n join people p on p.work_email = n.work_email
      union all select n.personio_id, a.id, null from newcomers n join altered a on a.address = n.work_email
      union all select n.personio_id, a.id, null
      from newcomers n join (${ALTERED_NOW("$1", "$3")}) a on a.address = n.work_email
      union all select n.personio_id, a.id, null from newcomers n join (${LOST_ADDRESSES}) a on a.address = n.work_email
      -- Another record of the person holds the address, so this one is altered: a coming move, or an ended record.
      union all select n.personio_id, p.id, null
      from (table newcomers union all table ended) n, ${ORIGINALS_OF("n.work_email", "$3")} original
        join (select id, work_email as address from people union all table altered) p on p.address = original.address
      where n.status <> 'INACTIVE' or ${IS_NEW}
      union all select n.personio_id, p.id, null
      from ended n join people p on p.work_email = n.work_email and p.status <> 'INACTIVE' where ${IS_NEW}
    )
    select personio_id as "personioId", person_id as "personId", max(known) as known
    from found group by personio_id, person_id`,
    [readId, syncedStatuses, ALTERATION_LENGTH],
  );
  if (pairs.length === 0) return [];
  const rows: (Omit<RecordCandidate, "current"> & CurrentRecord)[] = await manager.query(
    `/* staging.listRecordCandidates */
    select s.record as staged, p.id as "personId", to_jsonb(p) - 'id' as stored, c.known, here.today::text as today,
      read.personio_id is not null as "wasRead", read.record as "currentStaged"
    from unnest($3::text[], $4::uuid[], $5::text[]) as c (personio_id, person_id, known)
    join staged_employees s on s.read_id = $1 and s.personio_id = c.personio_id
    join (select people.id, ${PERSONIO_RECORD_COLUMNS}) p on p.id = c.person_id
    join (select p.id, ($2::timestamptz at time zone ${PERSON_TIME_ZONE})::date as today from people p) here on here.id = c.person_id
    left join staged_employees read on read.read_id = $1 and read.personio_id = p."personioId"
    -- A record that only a setting excludes has not ended.
    where s.status <> 'INACTIVE' or s.record -> 'excluded' is null`,
    [
      readId,
      now,
      pairs.map(({ personioId }) => personioId),
      pairs.map(({ personId }) => personId),
      pairs.map(({ known }) => known),
    ],
  );
  return rows.map(({ wasRead, currentStaged, ...row }) => ({
    ...row,
    current: { wasRead, staged: currentStaged },
  }));
}

type CandidatePair = Pick<RecordCandidate, "personId" | "known"> & { readonly personioId: string };

type CurrentRecord = { readonly wasRead: boolean; readonly currentStaged: TranslatedPerson | null };

/**
 * The addresses that Personio may have altered to this one: it without an underscore and the characters after
 * that (`isAlteredEmail`). Splits the address at its underscores, because trying each place takes several
 * times as long.
 */
const ORIGINALS_OF = (email: string, length: string): string => `lateral (
  select array_to_string(parts[:nth], '_') || substr(array_to_string(parts[nth + 1:], '_'), ${length}) as address
  from string_to_array(${email}, '_') as parts, generate_series(1, cardinality(parts) - 1) as nth
  where strpos(${email}, '_') > 0 and length(array_to_string(parts[nth + 1:], '_')) >= ${length} - 1)`;

/**
 * Addresses that Personio altered to free them, in their original form: of leavers, and of people with a last
 * day.
 */
export const ALTERED_ADDRESSES = (length: string): string => `
  select id, original.address from people, ${ORIGINALS_OF("work_email", length)} original
  where status = 'INACTIVE' or termination_date is not null`;

/** The same for people whose address changes with this read. */
const ALTERED_NOW = (readId: string, length: string): string => `
  select p.id, original.address
  from staged_employees s join people p on p.personio_id = s.personio_id, ${ORIGINALS_OF("s.work_email", length)} original
  where s.read_id = ${readId} and s.record is not null and s.work_email <> p.work_email`;

/** The last address of each leaver who lost it to another person. */
export const LOST_ADDRESSES = `
  select p.id, (select f.email from former_emails f where f.person_id = p.id order by f.until desc, f.email limit 1) as address
  from people p where p.work_email is null`;

/** The records of the person `p` after the coming one. */
const LATER_RECORDS = `union all select f.personio_id from former_employments f
        where f.person_id = p.id and f.hire_date > p.termination_date`;

/**
 * The records of coming moves that this read lacks. After a partial read, only those whose person's other
 * record was read, and also the records after the coming one.
 */
export async function listUnreadRecordsOfMoves(
  manager: EntityManager,
  readId: string,
  { partial }: { readonly partial: boolean },
): Promise<string[]> {
  const wasRead = (id: string): string =>
    `exists (select from staged_employees s where s.read_id = $1 and s.personio_id = ${id})`;
  const rows: { personioId: string }[] = await manager.query(
    `/* staging.listUnreadRecordsOfMoves */
    select record.id as "personioId"
    from people p cross join lateral (select unnest(array[p.personio_id, p.next_personio_id])
      ${partial ? LATER_RECORDS : ""}
    ) as record (id)
    where p.next_personio_id is not null and not ${wasRead("record.id")}
      ${partial ? `and (${wasRead("p.personio_id")} or ${wasRead("p.next_personio_id")})` : ""}
    order by record.id`,
    [readId],
  );
  return rows.map(({ personioId }) => personioId);
}
