import type { EntityManager } from "typeorm";
import { fetchAhead } from "../../database/fetch-ahead.ts";
import type { Queries } from "../../database/queries.ts";
import { PERSON_TIME_ZONE } from "../../people/person.repository.ts";
import type { DatedKind } from "../event-kind.ts";
import { isTakenBack } from "../events/taken-back.ts";
import type { DateTarget } from "./date-targets.ts";
import type { PersonDates } from "./person-dates.ts";
import { HALF_A_YEAR_DAYS } from "./threads.ts";

/** A person with a date that may fire and has not fired yet. `dueDateOf` decides whether it fires. */
export type Candidate = PersonDates & {
  readonly kind: DatedKind;
  readonly place: number;
  readonly firesOn: string;
  readonly offsetDays: number;
};

/** A position in a list of candidates: the last one that was read. */
export type CandidatePosition = Pick<Candidate, "firesOn" | "place" | "personId" | "offsetDays">;

/** Days of one zone, both included. */
export type ZoneDays = { readonly timeZone: string; readonly from: string; readonly to: string };

const person = (
  hireDate: string,
): string => `p.id as "personId", p.personio_id as "personioId", p.status, ${hireDate} as "hireDate",
  p.original_hire_date as "originalHireDate",
  p.probation_end_date as "probationEndDate", p.contract_end_date as "contractEndDate",
  p.termination_date as "terminationDate", p.date_of_birth as "dateOfBirth", p.department_id as "departmentId",
  p.next_personio_id is not null as "movesOn", p.continues_on as "continuesOn", p.office_id as "officeId", ${PERSON_TIME_ZONE} as "timeZone"`;

const TARGET = 't.kind, t.place, t."firesOn", t."offsetDays", t."occursOn", t."orOn", t."monthDay"';

const ofKind = (kind: DatedKind, matches: string, hireDate = "p.hire_date"): string =>
  `select ${person(hireDate)}, ${TARGET} from targets t join some_people p on ${matches} where t.kind = '${kind}'`;

const onDay = (kind: DatedKind, column: string): string => ofKind(kind, `p.${column} = t."occursOn"`);

// Month and day as one number: independent of any zone, and cheaper than text.
const onMonthDay = (column: string): string =>
  `(date_part('month', p.${column}) * 100 + date_part('day', p.${column}))::int = t."monthDay"`;

/** People who will move to another legal entity: never emitted, but forecast with the reason. */
const MOVES = ofKind(
  "HIRE_DATE",
  'p.next_personio_id is not null and p.continues_on = t."occursOn" and p.hire_date is distinct from p.continues_on',
  "p.continues_on",
);

const someSql = (ids: string | null): string =>
  ids === null
    ? "not materialized (select * from people)"
    : `materialized (select * from people where id = any(${ids}::uuid[]))`;

/**
 * People joined with the targets, `$1`. With `ids`, a parameter, only these people. Left out are dates that
 * fired and are not revoked, and dates before New Year that wrongly fired after it (`firedAfterNewYear`). A
 * date that fired and was revoked fires again on a day after the last run, `$2`. Of earlier days, the sync
 * that saw the date come back has decided already (`reopenedDates`).
 */
const candidatesSql = ({ moves, ids = null }: { moves: boolean; ids?: string | null }): string => `
  with some_people as ${someSql(ids)}, targets as materialized (
    select kind, place, "firesOn", "offsetDays", "occursOn", "orOn", replace("monthDay", '-', '')::int as "monthDay"
    from jsonb_to_recordset($1) as (kind text, place int, "firesOn" date, "offsetDays" int, "occursOn" date, "orOn" date, "monthDay" text)
  ), matching as (
    ${[
      onDay("HIRE_DATE", "hire_date"),
      ...(moves ? [MOVES] : []),
      onDay("PROBATION_END", "probation_end_date"),
      onDay("CONTRACT_END_DATE", "contract_end_date"),
      onDay("TERMINATION_DATE", "termination_date"),
      ofKind(
        "WORK_ANNIVERSARY",
        `${onMonthDay("hire_date")} and date_part('year', p.hire_date) < date_part('year', t."occursOn")`,
      ),
      ofKind("BIRTHDAY", onMonthDay("date_of_birth")),
    ].join("\n    union all ")}
  ), candidates as (
    select m.* from matching m
    where (m."firesOn" > $2::date is not false or not exists (
      select from lifecycle_events e
      where e.person_id = m."personId" and e.kind = m.kind and e.occurs_on = m."occursOn" and e.offset_days = m."offsetDays"
        and e.change is null))
    and not exists (
      select from lifecycle_events e
      where e.person_id = m."personId" and e.kind = m.kind and e.offset_days = m."offsetDays" and e.change is null
        and (e.occurs_on = m."occursOn" and not ${isTakenBack("e")}
          or e.occurs_on = m."orOn" and not ${isTakenBack("e")}
          or m."monthDay" is not null and e.occurs_on <= m."occursOn" + ${HALF_A_YEAR_DAYS}
            and e.occurs_on > (date_trunc('year', m."occursOn") + interval '1 year - 1 day')::date))
  )`;

/** What the reader of a forecast sees. */
type Seen = {
  readonly lastRunDay: string | null;
  /** Whether the reader may know of future moves to another legal entity. */
  readonly showsMoves: boolean;
  /** Only the dates of these people; null: of all. */
  readonly personIds: readonly string[] | null;
};

/** `ids`: the parameter for the chosen people. */
const candidatesFor = ({ showsMoves, personIds }: Seen, ids: string): string =>
  candidatesSql({ moves: showsMoves, ids: personIds && ids });

const IN_ORDER = `order by "firesOn", place, "personId", "offsetDays"`;

const BATCH_SIZE = 1_000;

/**
 * Yields candidates in the order in which they fire, in batches, so that memory does not grow with the
 * company. Only the given days of each zone count. Use it inside one transaction and once at a time: the
 * cursor has a fixed name.
 */
export async function* streamCandidates(
  manager: EntityManager,
  targets: readonly DateTarget[],
  { zones, lastRunDay }: { readonly zones: readonly ZoneDays[]; readonly lastRunDay: string | null },
): AsyncGenerator<readonly Candidate[]> {
  if (targets.length === 0) return;
  yield* fetchAhead<Candidate>(manager, {
    name: "lifecycle_candidates",
    size: BATCH_SIZE,
    sql: `/* lifecycle.streamCandidates */
      ${candidatesSql({ moves: true })}
      select c.* from candidates c
      join jsonb_to_recordset($3) as zone ("timeZone" text, "from" date, "to" date) on zone."timeZone" = c."timeZone"
      where c."firesOn" between zone."from" and zone."to"
      ${IN_ORDER}`,
    parameters: [JSON.stringify(targets), lastRunDay, JSON.stringify(zones)],
    rowsRead: 0,
  });
}

/** The first candidates after a position, in the order in which they fire. */
export const findCandidates = (
  manager: Queries,
  targets: readonly DateTarget[],
  { after, limit, ...seen }: Seen & { readonly after: CandidatePosition | null; readonly limit: number },
): Promise<Candidate[]> =>
  manager.query(
    `/* lifecycle.findCandidates */
    ${candidatesFor(seen, "$8")}
    select c.* from candidates c
    where $3::date is null or (c."firesOn", c.place, c."personId", c."offsetDays") > ($3::date, $4::int, $5::uuid, $6::int)
    ${IN_ORDER} limit $7`,
    [
      JSON.stringify(targets),
      seen.lastRunDay,
      after?.firesOn,
      after?.place,
      after?.personId,
      after?.offsetDays,
      limit,
      ...(seen.personIds ? [seen.personIds] : []),
    ],
  );

export async function countCandidates(
  manager: Queries,
  targets: readonly DateTarget[],
  seen: Seen,
): Promise<number> {
  const [row] = await manager.query<{ count: number }[]>(
    `/* lifecycle.countCandidates */ ${candidatesFor(seen, "$3")} select count(*)::int as count from candidates`,
    [JSON.stringify(targets), seen.lastRunDay, ...(seen.personIds ? [seen.personIds] : [])],
  );
  return row?.count ?? 0;
}
