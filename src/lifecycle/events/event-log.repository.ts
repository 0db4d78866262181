import type { EntityManager } from "typeorm";
import { queryPlannedOnce } from "../../database/queries.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { DATED_KINDS, type LifecycleEventChange, type LifecycleEventKind } from "../event-kind.ts";
import { LIFECYCLE_CHANNEL, RANDOM } from "./event-stream.repository.ts";
import { factOf } from "./fact-of.ts";
import { isTakenBack } from "./taken-back.ts";

/** The number of appended events of a kind. */
export type EventCount = {
  readonly kind: LifecycleEventKind;
  readonly late: boolean;
  readonly count: number;
};

/** A decided event that has no number yet. */
export type NewEvent = {
  readonly kind: LifecycleEventKind;
  readonly personId: string;
  /** Personio's id of the employment that the event belongs to. */
  readonly personioId: string;
  /** `YYYY-MM-DD`: the day itself, even if the event fires days before or after it. */
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: LifecycleEventChange | null;
  readonly supersedes: string | null;
  readonly years: number | null;
  readonly changedFields: readonly string[] | null;
  readonly late: boolean;
  readonly departmentId: string | null;
  readonly officeId: string | null;
  /** What changed, as `contentOf` makes it; null for dates. */
  readonly content: string | null;
};

const EVENT_COLUMNS = [
  ["kind", "text"],
  ["personId", "uuid"],
  ["personioId", "text"],
  ["occursOn", "date"],
  ["offsetDays", "integer"],
  ["change", "text"],
  ["supersedes", "uuid"],
  ["years", "integer"],
  ["changedFields", "text[]"],
  ["late", "boolean"],
  ["departmentId", "uuid"],
  ["officeId", "uuid"],
  ["fact", "text"],
] as const satisfies readonly (readonly [keyof NewEvent | "fact", string])[];
const TYPED_COLUMNS = EVENT_COLUMNS.map(([name, type]) => `"${name}" ${type}`).join(", ");
const COLUMN_NAMES = EVENT_COLUMNS.map(([name]) => `"${name}"`).join(", ");

const SAME_DAY = `e.person_id = given."personId" and e.kind = given.kind and e.occurs_on = given."occursOn"
  and e.offset_days = given."offsetDays"`;

const SAME_FACT = `e.person_id = given."personId" and e.kind = given.kind and e.fact = given.digest`;

/** From so many new events on, to update the statistics costs less than what the next lookups save. */
const ANALYZE_FROM = 1_000;

/**
 * A run that appends more may fill an empty log within one transaction. A plan that reads all of the log for
 * each event, because that is short, would stay.
 */
const PLANNED_ONCE_MAX = 100;

const APPEND_SQL = `/* lifecycle.appendEvents */
  with given as materialized (
    select row.*, row.change is null and row.kind = any ($3) as is_date, lifecycle_digest(s.salt, row.fact) as digest
    from rows from (jsonb_to_recordset($1) as (${TYPED_COLUMNS})) with ordinality as row (${COLUMN_NAMES}, place)
    cross join lifecycle_streams s
  ), counted as (
    select given.*,
      -- Not their number: the first of them may be pruned.
      (select coalesce(max(e.revision) + 1, 0) from lifecycle_events e where ${SAME_DAY}) as next,
      row_number() over (partition by "personId", kind, "occursOn", "offsetDays" order by place) - 1 as before,
      greatest((select max(e.ordinal) + 1 from lifecycle_events e where ${SAME_FACT}),
        (select e.ordinal + 1 from lifecycle_facts e where ${SAME_FACT}), 0)
        + row_number() over (partition by "personId", kind, digest order by place) - 1 as ordinal,
      is_date and (
        row_number() over (partition by "personId", kind, "occursOn", "offsetDays", is_date order by place) > 1
        or exists (select from lifecycle_events e where ${SAME_DAY} and e.change is null and not ${isTakenBack("e")})
      ) as is_emitted
    from given
  ), fresh as (
    select counted.*, next + before as revision, row_number() over (order by place) as number
    from counted where not is_emitted
  ), stream as (
    update lifecycle_streams set last_seq = last_seq + (select count(*) from fresh)
    returning tenant_id, salt, last_seq - (select count(*) from fresh) as before
  ), appended as (
    insert into lifecycle_events (tenant_id, seq, id, kind, person_id, personio_id, occurs_on, offset_days, revision, change,
      supersedes, years, changed_fields, late, department_id, office_id, emitted_at, stamp, fact, ordinal)
    select stream.tenant_id, stream.before + f.number,
      lifecycle_digest(stream.salt, concat_ws('/', stream.tenant_id, f."personId", f.kind, f.digest, f.ordinal)),
      f.kind, f."personId", f."personioId", f."occursOn", f."offsetDays", f.revision, f.change, f.supersedes, f.years,
      f."changedFields", f.late, f."departmentId", f."officeId", $2, ${RANDOM}, f.digest, f.ordinal
    from fresh f cross join stream
    returning kind, late
  ), woken as (
    select pg_notify('${LIFECYCLE_CHANNEL}', tenant_id) from stream where exists (select from fresh)
  )
  select kind, late, count(*)::int as count from appended cross join woken group by kind, late order by kind, late desc`;

/**
 * Appends events in their order, with the next numbers, and notifies subscribers at the commit. The caller
 * holds the lock (`lockStream`). A date that fired and is not revoked (same person, kind, date and offset) is
 * left out, so repeating a decision is harmless. Corrections and changes are always appended, as a new
 * revision of their day.
 *
 * The id is a digest of the person, the kind, the fact, and how often that fact was emitted before.
 *
 * @returns how many events were new, for each kind.
 */
export async function appendEvents(
  manager: EntityManager,
  events: readonly NewEvent[],
  emittedAt: Date,
): Promise<readonly EventCount[]> {
  if (events.length === 0) return [];
  const values = [
    JSON.stringify(events.map((event) => ({ ...event, fact: factOf(event) }))),
    emittedAt,
    DATED_KINDS,
  ];
  const appended: readonly EventCount[] =
    events.length > PLANNED_ONCE_MAX
      ? await manager.query(APPEND_SQL, values)
      : await queryPlannedOnce(manager, APPEND_SQL, values);
  const total = appended.reduce((sum, { count }) => sum + count, 0);
  if (total >= ANALYZE_FROM) await refreshStatistics(manager, "events");
  return appended;
}
