import type { EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import type { LifecycleEventKind } from "../event-kind.ts";
import type { LogEnds } from "./places.ts";

/**
 * Notified after events are committed; the payload is the tenant. A notification only wakes readers: the rows
 * are the truth.
 */
export const LIFECYCLE_CHANNEL = "lifecycle_events";

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
export const RANDOM = "('x' || right(gen_random_uuid()::text, 12))::bit(48)::bigint";

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
