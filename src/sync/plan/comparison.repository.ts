import type { EntityManager } from "typeorm";
import { fetchAhead } from "../../database/fetch-ahead.ts";
import { queryPlannedOnce } from "../../database/queries.ts";
import {
  PERSONIO_RECORD_COLUMNS,
  STORED_RECORD_COLUMNS,
} from "../../people/write/person-changes.repository.ts";
import { customKeyOf, type PersonRecord } from "../../people/write/person-record.ts";
import type { PersonStatus } from "../../tenant/person-status.ts";
import type { SnapshotFacts } from "../read/snapshot.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { EmailClaim } from "./resolve-email-conflicts.ts";

/** People per batch: enough to make round trips rare, few enough to stay within some megabytes. */
const FETCH_SIZE = 1_000;

/**
 * The people who want or hold a work email that another person wants or holds, too. That is all that
 * `resolveEmailConflicts` needs, so a company without conflicts costs no memory. An unchanged person wants
 * the address that they hold, so every conflict includes a changed record.
 */
export async function listContestedEmailClaims(
  manager: EntityManager,
  readId: string,
  { syncedStatuses, onlyRead, partial }: ClaimOptions,
): Promise<EmailClaim[]> {
  return queryPlannedOnce(
    manager,
    `/* staging.listContestedEmailClaims */
    with changing as (
      -- The record that a person moves to holds the person's address, also where it has none of its own.
      select s.personio_id, coalesce(s.work_email, p.work_email, moving.work_email) as wants,
        case when p.status <> 'INACTIVE' then p.work_email
          when moving.status <> 'INACTIVE' then moving.work_email end as holds
      from staged_employees s left join people p on p.personio_id = s.personio_id
        left join people moving on moving.next_personio_id = s.personio_id
      where s.read_id = $1 and s.record is not null and coalesce(s.status, p.status) <> 'INACTIVE'
        and (p.id is not null or s.status = any($2))
    ), claims as (
      select personio_id, wants, holds from changing
      union all
      select p.personio_id, null, p.work_email from people p
      where p.status <> 'INACTIVE' and p.work_email in (select wants from changing union select holds from changing)
        and not exists (select from staged_employees s
          where s.read_id = $1 and s.personio_id = p.personio_id and s.record is not null)
        and (not $3 or exists (select from staged_employees s where s.read_id = $1 and s.personio_id = p.personio_id))
      union all
      -- A read of some people may lack the record that follows an altered address, so it frees none.
      select p.personio_id, null, p.work_email from staged_employees s join people p on p.personio_id = s.personio_id
      where $4 and s.read_id = $1 and s.record is not null and s.status = 'INACTIVE' and p.status <> 'INACTIVE'
        and s.work_email <> p.work_email
    ), contested as (
      select email from (
        select wants as email, personio_id from claims where wants is not null
        union select holds, personio_id from claims where holds is not null
        -- A person whose old record ended keeps this address if the new record loses its own to a rival.
        union select p.work_email, p.personio_id from people p
          join staged_employees s on s.read_id = $1 and s.personio_id = p.personio_id
          where p.status <> 'INACTIVE' and s.record is not null and s.status = 'INACTIVE'
      ) touching group by email having count(*) > 1
    )
    select personio_id as "personioId", wants, holds from claims
    where wants in (select email from contested) or holds in (select email from contested)
    order by personio_id`,
    [readId, syncedStatuses, onlyRead, partial],
  );
}

type ClaimOptions = {
  readonly syncedStatuses: readonly PersonStatus[];
  /** Whether people whose record the read lacks have no claim. */
  readonly onlyRead: boolean;
  /** Whether the read may lack records of these people. */
  readonly partial: boolean;
};

/**
 * The addresses of people whose next record the settings exclude, by the id of the current record. Personio
 * alters a person's address to free it for that record, which has no person here. So the person keeps it.
 */
export async function listAddressesOfExcluded(
  manager: EntityManager,
  readId: string,
): Promise<ReadonlyMap<string, string>> {
  const rows: { personioId: string; workEmail: string }[] = await manager.query(
    `/* staging.listAddressesOfExcluded */
    select p.personio_id as "personioId", p.work_email as "workEmail"
    from staged_employees s join people p on p.personio_id = s.personio_id
    where s.read_id = $1 and s.record is not null and s.work_email <> p.work_email and (
      p.work_email in (select other.work_email from staged_employees other
        where other.read_id = $1 and other.record -> 'excluded' is not null)
      or p.work_email in (select other.work_email from skipped_employees other where other.reason = 'EXCLUDED'))`,
    [readId],
  );
  return new Map(rows.map(({ personioId, workEmail }) => [personioId, workEmail]));
}

export type ComparisonRow = {
  readonly personioId: string;
  readonly staged: TranslatedPerson | null;
  readonly personId: string | null;
  /** As last read from Personio: without the values of other sources. */
  readonly stored: PersonRecord | null;
  readonly absentBefore: boolean;
  readonly former: boolean;
  /** Whether the read contains the record of the person's coming move. */
  readonly nextRead: boolean;
};

const STORED = `p.id as "personId", case when p.id is not null then to_jsonb(p) - 'id' end as stored,
  a.person_id is not null as "absentBefore", exists (
    select from staged_employees next where next.read_id = $1 and next.personio_id = p."nextPersonioId") as "nextRead"`;

/**
 * Streams pairs of staged and stored people in batches. First come the people who were read, then, unless the
 * read is `partial`, the missing ones. Each part is in the order of the Personio ids. People whose hash is
 * unchanged are left out.
 */
export async function* streamComparison(
  manager: EntityManager,
  readId: string,
  { partial, peopleRead }: Pick<SnapshotFacts, "partial" | "peopleRead">,
): AsyncGenerator<readonly ComparisonRow[]> {
  yield* fetchAhead<ComparisonRow>(manager, {
    name: "staged_people",
    size: FETCH_SIZE,
    sql: `/* staging.streamStaged */
      select s.personio_id as "personioId", s.record as staged, ${STORED}, f.person_id is not null as former
      from staged_employees s
      left join (select people.id, ${PERSONIO_RECORD_COLUMNS}) p on p."personioId" = s.personio_id
      left join absent_people a on a.person_id = p.id
      left join former_employments f on f.personio_id = s.personio_id
      where s.read_id = $1 and s.record is not null
      order by s.personio_id`,
    parameters: [readId],
    rowsRead: peopleRead,
  });
  if (partial) return;
  yield* fetchAhead<ComparisonRow>(manager, {
    name: "missing_people",
    size: FETCH_SIZE,
    sql: `/* staging.streamMissing */
      select p."personioId", null as staged, ${STORED}, false as former
      from (select people.id, ${PERSONIO_RECORD_COLUMNS}) p
      left join absent_people a on a.person_id = p.id
      where not exists (select from staged_employees s where s.read_id = $1 and s.personio_id = p."personioId")
      order by p."personioId"`,
    parameters: [readId],
    rowsRead: peopleRead,
  });
}

export type KnownPeople = {
  /** How many people were read with an unchanged hash. */
  readonly people: number;
  /** How many of them have not left. */
  readonly current: number;
  /** How many of them have a value in each requested field. */
  readonly having: Readonly<Record<string, number>>;
};

/**
 * Counts the people that `streamComparison` leaves out, without the `replaced` records (`MatchedRecords`).
 */
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
    where s.read_id = $1 and s.record is null and s.personio_id <> all ($2)`,
    [readId, replaced, ...customKeys],
  );
  const [counted = { people: 0, current: 0, having: [] }] = rows;
  return {
    ...counted,
    having: Object.fromEntries(fields.map((field, place) => [field, counted.having[place] ?? 0])),
  };
}
