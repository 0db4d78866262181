import type { EntityManager } from "typeorm";
import { DATED_KINDS, type LifecycleEventChange, type LifecycleEventKind } from "../event-kind.ts";

/** Told to whoever listens when events were committed; the payload is the tenant. It only wakes: the rows are the truth. */
export const LIFECYCLE_CHANNEL = "lifecycle_events";

/** An event as it is decided, before it has a number. */
export type NewEvent = {
  readonly kind: LifecycleEventKind;
  readonly personId: string;
  /** The employment that it is about, as Personio's id of it. */
  readonly personioId: string;
  /** `YYYY-MM-DD`: the day itself, also where the event comes some days before or after it. */
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: LifecycleEventChange | null;
  readonly supersedes: string | null;
  readonly years: number | null;
  readonly changedFields: readonly string[] | null;
  readonly late: boolean;
  readonly departmentId: string | null;
  readonly officeId: string | null;
};

/** Where a tenant's log stands. */
export type Stream = {
  readonly lastSeq: number;
  readonly prunedSeq: number;
  readonly baselinedAt: Date;
  readonly unreadableKinds: readonly LifecycleEventKind[];
};

const STREAM = `last_seq::float8 as "lastSeq", pruned_seq::float8 as "prunedSeq", baselined_at as "baselinedAt",
  unreadable_kinds as "unreadableKinds"`;

/** The tenant's log; null before its first sync. */
export async function findStream(manager: EntityManager): Promise<Stream | null> {
  const [stream] = await manager.query<Stream[]>(
    `/* lifecycle.findStream */ select ${STREAM} from lifecycle_streams`,
  );
  return stream ?? null;
}

/**
 * The same, held until the transaction ends. Whoever decides about events locks first and reads afterwards: what it reads
 * then includes everything that others have appended, and nobody appends meanwhile.
 */
export async function lockStream(manager: EntityManager): Promise<Stream | null> {
  const [stream] = await manager.query<Stream[]>(
    `/* lifecycle.lockStream */ select ${STREAM} from lifecycle_streams for update`,
  );
  return stream ?? null;
}

/** Locks the log like `lockStream`, but waits for nobody: false when somebody else holds it, or there is none. */
export async function isLogFree(manager: EntityManager): Promise<boolean> {
  const streams = await manager.query<unknown[]>(
    "/* lifecycle.isLogFree */ select from lifecycle_streams for update skip locked",
  );
  return streams.length > 0;
}

/** Begins the tenant's log, with the first sync, and notes the kinds whose date the credential may not read yet. */
export async function openStream(
  manager: EntityManager,
  baselinedAt: Date,
  unreadableKinds: readonly LifecycleEventKind[] = [],
): Promise<void> {
  await manager.query(
    `/* lifecycle.openStream */
    insert into lifecycle_streams (tenant_id, baselined_at, unreadable_kinds, first_read_at)
    select current_setting('app.tenant'), $1, $2, coalesce(jsonb_object_agg(kind, null), '{}') from unnest($2::text[]) as kind
    on conflict do nothing`,
    [baselinedAt, unreadableKinds],
  );
}

/** Notes the kinds whose date the credential may not read any more, or not yet, and which of the latter it may read as of now. */
export async function updateUnreadableKinds(
  manager: EntityManager,
  kinds: readonly LifecycleEventKind[],
  now: Date,
): Promise<void> {
  await manager.query(
    `/* lifecycle.updateUnreadableKinds */
    update lifecycle_streams set unreadable_kinds = $1, first_read_at = (
      select coalesce(jsonb_object_agg(kind, case when at is null and kind <> all ($1) then $2 else at end), '{}')
      from jsonb_each_text(first_read_at) as read (kind, at))`,
    [kinds, now.toISOString()],
  );
}

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
] as const satisfies readonly (readonly [keyof NewEvent, string])[];
const TYPED_COLUMNS = EVENT_COLUMNS.map(([name, type]) => `"${name}" ${type}`).join(", ");
const COLUMN_NAMES = EVENT_COLUMNS.map(([name]) => `"${name}"`).join(", ");

const SAME_DAY = `e.person_id = given."personId" and e.kind = given.kind and e.occurs_on = given."occursOn"
  and e.offset_days = given."offsetDays"`;

/**
 * Appends events in their order, under the next numbers, and wakes whoever listens when the transaction commits. The caller
 * holds the stream (`lockStream`). An event of a date that was told already (same person, kind, date and offset) is left out, so
 * that deciding again is harmless; a correction or a change is always told, as a further revision of its day.
 *
 * @returns how many were new.
 */
export async function appendEvents(
  manager: EntityManager,
  events: readonly NewEvent[],
  emittedAt: Date,
): Promise<number> {
  if (events.length === 0) return 0;
  const rows: { count: number }[] = await manager.query(
    `/* lifecycle.appendEvents */
    with given as (
      select row.*, row.change is null and row.kind = any ($3) as is_date
      from rows from (jsonb_to_recordset($1) as (${TYPED_COLUMNS})) with ordinality as row (${COLUMN_NAMES}, place)
    ), counted as (
      select given.*,
        -- Not their number: the first of them may be too old and gone.
        (select coalesce(max(e.revision) + 1, 0) from lifecycle_events e where ${SAME_DAY}) as next,
        row_number() over (partition by "personId", kind, "occursOn", "offsetDays" order by place) - 1 as before,
        is_date and (
          row_number() over (partition by "personId", kind, "occursOn", "offsetDays", is_date order by place) > 1
          or exists (select from lifecycle_events e where ${SAME_DAY} and e.change is null)
        ) as is_told
      from given
    ), fresh as (
      select counted.*, next + before as revision, row_number() over (order by place) as number
      from counted where not is_told
    ), stream as (
      update lifecycle_streams set last_seq = last_seq + (select count(*) from fresh)
      returning tenant_id, last_seq - (select count(*) from fresh) as before
    ), appended as (
      insert into lifecycle_events (tenant_id, seq, id, kind, person_id, personio_id, occurs_on, offset_days, revision, change,
        supersedes, years, changed_fields, late, department_id, office_id, emitted_at)
      select stream.tenant_id, stream.before + f.number, gen_random_uuid(), f.kind, f."personId", f."personioId", f."occursOn",
        f."offsetDays", f.revision, f.change, f.supersedes, f.years, f."changedFields", f.late, f."departmentId", f."officeId", $2
      from fresh f cross join stream
      returning 1
    ), woken as (
      select pg_notify('${LIFECYCLE_CHANNEL}', tenant_id) from stream where exists (select from fresh)
    )
    select (select count(*) from appended)::int as count, (select count(*) from woken) as woken`,
    [JSON.stringify(events), emittedAt, DATED_KINDS],
  );
  return rows[0]?.count ?? 0;
}
