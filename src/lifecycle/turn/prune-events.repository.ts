import type { EntityManager } from "typeorm";

/**
 * How long events are kept. A subscriber that was away for a month reads on without a hole, and a date that moves within a quarter
 * can still point at the event that told it.
 */
export const EVENTS_KEPT_DAYS = 90;

/** Deletes the oldest events, and notes how far the log now begins later. */
export async function pruneEvents(manager: EntityManager, now: Date): Promise<void> {
  await manager.query(
    `/* lifecycle.pruneEvents */
    with kept as (
      select coalesce(
        (select seq from lifecycle_events where emitted_at >= $1::timestamptz - make_interval(days => $2) order by seq limit 1),
        (select last_seq + 1 from lifecycle_streams)
      ) as first
    ), pruned as (
      delete from lifecycle_events where seq < (select first from kept) returning 1
    )
    update lifecycle_streams set pruned_seq = (select first from kept) - 1 where exists (select from pruned)`,
    [now, EVENTS_KEPT_DAYS],
  );
}
