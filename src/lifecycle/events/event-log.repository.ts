import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { refreshStatistics } from "../../database/refresh-statistics.ts";
import { DATED_KINDS, type LifecycleEventChange, type LifecycleEventKind } from "../event-kind.ts";
import { factOf } from "./fact-of.ts";
import type { LogEnds } from "./places.ts";
import { isTakenBack } from "./taken-back.ts";

/**
 * Notified after events are committed; the payload is the tenant. A notification only wakes readers: the rows
 * are the truth.
 */
export const LIFECYCLE_CHANNEL = "lifecycle_events";

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

/** The state of a tenant's log. */
export type Stream = LogEnds & {
  readonly baselinedAt: Date;
  readonly unreadableKinds: readonly LifecycleEventKind[];
  /** Fields that full syncs have read; null if no version that stores them has run. */
  readonly readFields: readonly string[] | null;
  /** Fields that the last full sync could read; null if no version that stores them has run. */
  readonly readableFields: readonly string[] | null;
  /** Grows when values of hidden fields are deleted: what was read before may still have them. */
  readonly wipes: number;
};

const STREAM = `last_seq::float8 as "lastSeq", pruned_seq::float8 as "prunedSeq", baselined_at as "baselinedAt",
  unreadable_kinds as "unreadableKinds", read_fields as "readFields",
  readable_fields as "readableFields", wipes, epochs, pruned_stamp::float8 as "prunedStamp",
  case when last_seq = pruned_seq then pruned_stamp
    else (select stamp from lifecycle_events where seq = last_seq) end::float8 as "lastStamp"`;

/** The tenant's log; null before the first sync. */
export async function findStream(manager: Queries): Promise<Stream | null> {
  const [stream] = await manager.query<Stream[]>(
    `/* lifecycle.findStream */ select ${STREAM} from lifecycle_streams`,
  );
  return stream ?? null;
}

/**
 * The same, locked until the transaction ends. A caller that decides about events locks first and reads
 * afterwards: it then sees every committed event, and no other transaction appends. If another database wrote
 * the log last, the log was restored from a backup: it begins a new epoch before anything is appended.
 */
export async function lockStream(manager: EntityManager): Promise<Stream | null> {
  const [locked] = await manager.query<LockedStream[]>(
    `/* lifecycle.lockStream */ select ${STREAM}, written_in as "writtenIn", lifecycle_home() as home from lifecycle_streams for update`,
  );
  if (!locked) return null;
  const { writtenIn, home, ...stream } = locked;
  if (writtenIn === home) return stream;
  // Null: no version with epochs has written here yet.
  await (writtenIn === null ? recordDatabase(manager) : beginEpoch(manager));
  return findStream(manager);
}

type LockedStream = Stream & { readonly writtenIn: string | null; readonly home: string };

const recordDatabase = (manager: EntityManager): Promise<unknown> =>
  manager.query("/* lifecycle.recordDatabase */ update lifecycle_streams set written_in = lifecycle_home()");

/** 48 random bits, which a JavaScript number holds exactly. */
const RANDOM = "('x' || right(gen_random_uuid()::text, 12))::bit(48)::bigint";

/**
 * Begins a new epoch of the tenant's log. From now on, cursors of events that the restored backup lacks
 * answer BAD_CURSOR. Cursors of its own events stay valid, so an unnecessary epoch is harmless.
 *
 * @returns whether there is a log.
 */
export async function beginEpoch(manager: EntityManager): Promise<boolean> {
  const rows: unknown[] = await manager.query(
    `/* lifecycle.beginEpoch */
    with begun as (
      update lifecycle_streams set written_in = lifecycle_home(),
        epochs = epochs || jsonb_build_object('epoch', ${RANDOM}, 'after', last_seq)
      returning tenant_id
    )
    select pg_notify('${LIFECYCLE_CHANNEL}', tenant_id) from begun`,
  );
  return rows.length > 0;
}

/**
 * Locks the log like `lockStream` but does not wait: false if another transaction holds the lock, or there is
 * no log.
 */
export async function tryLockStream(manager: EntityManager): Promise<boolean> {
  const streams = await manager.query<unknown[]>(
    "/* lifecycle.tryLockStream */ select from lifecycle_streams for update skip locked",
  );
  return streams.length > 0;
}

/** Begins the tenant's log with the first sync, and stores what the credential may read. */
export async function openStream(
  manager: EntityManager,
  baselinedAt: Date,
  {
    unreadableKinds = [],
    readableFields = null,
  }: {
    readonly unreadableKinds?: readonly LifecycleEventKind[];
    readonly readableFields?: readonly string[] | null;
  } = {},
): Promise<void> {
  await manager.query(
    `/* lifecycle.openStream */
    insert into lifecycle_streams (tenant_id, baselined_at, unreadable_kinds, read_fields, readable_fields, epochs, written_in)
    values (current_setting('app.tenant'), $1, $2, $3, $3, jsonb_build_array(jsonb_build_object('epoch', ${RANDOM}, 'after', 0)),
      lifecycle_home())
    on conflict do nothing`,
    [baselinedAt, unreadableKinds, readableFields],
  );
}

/** Stores the kinds whose date the credential may not read now. */
export async function updateUnreadableKinds(
  manager: EntityManager,
  kinds: readonly LifecycleEventKind[],
): Promise<void> {
  await manager.query(
    "/* lifecycle.updateUnreadableKinds */ update lifecycle_streams set unreadable_kinds = $1",
    [kinds],
  );
}

/** Stores the fields that full syncs have read. */
export async function updateReadFields(manager: EntityManager, fields: readonly string[]): Promise<void> {
  await manager.query("/* lifecycle.updateReadFields */ update lifecycle_streams set read_fields = $1", [
    fields,
  ]);
}

/** Stores the fields that the last full sync could read. */
export async function updateReadableFields(manager: EntityManager, fields: readonly string[]): Promise<void> {
  await manager.query(
    "/* lifecycle.updateReadableFields */ update lifecycle_streams set readable_fields = $1",
    [fields],
  );
}

/** Makes readers of the log read again: what their viewers may see has changed. */
export const wakeReaders = (manager: EntityManager): Promise<unknown> =>
  manager.query(
    `/* lifecycle.wakeReaders */ select pg_notify('${LIFECYCLE_CHANNEL}', current_setting('app.tenant'))`,
  );

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
  const appended: EventCount[] = await manager.query(
    `/* lifecycle.appendEvents */
    with given as (
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
    select kind, late, count(*)::int as count from appended cross join woken group by kind, late order by kind, late desc`,
    [JSON.stringify(events.map((event) => ({ ...event, fact: factOf(event) }))), emittedAt, DATED_KINDS],
  );
  const total = appended.reduce((sum, { count }) => sum + count, 0);
  if (total >= ANALYZE_FROM) await refreshStatistics(manager, "events");
  return appended;
}
