import type { EntityManager } from "typeorm";
import type { LifecycleEventKind } from "../event-kind.ts";

/**
 * How long events are kept. A subscriber that was away for a month reads on without a hole, and a date that moves within a quarter
 * can still point at the event that told it.
 */
export const EVENTS_KEPT_DAYS = 90;

/** Deletes the oldest events, and notes how far the log now begins later, and how often each fact was emitted that may recur. */
export async function pruneEvents(manager: EntityManager, now: Date): Promise<void> {
  await manager.query(
    `/* lifecycle.pruneEvents */
    with kept as (
      select coalesce(
        (select seq from lifecycle_events where emitted_at >= $1::timestamptz - make_interval(days => $2) order by seq limit 1),
        (select last_seq + 1 from lifecycle_streams)
      ) as first
    ), pruned as (
      delete from lifecycle_events where seq < (select first from kept)
      returning tenant_id, seq, stamp, person_id, kind, fact, ordinal, occurs_on
    ), remembered as (
      insert into lifecycle_facts (tenant_id, person_id, kind, fact, ordinal)
      select tenant_id, person_id, kind, fact, max(ordinal) from pruned
      where fact is not null and kind <> 'PERSON_ADDED' and (kind <> all ($3) or occurs_on > $1::timestamptz::date - ${MAY_RECUR_DAYS})
      group by tenant_id, person_id, kind, fact
      on conflict (tenant_id, person_id, kind, fact) do update set ordinal = greatest(lifecycle_facts.ordinal, excluded.ordinal)
    )
    update lifecycle_streams set pruned_seq = (select first from kept) - 1,
      pruned_stamp = (select stamp from pruned order by seq desc limit 1)
    where exists (select from pruned)`,
    [now, EVENTS_KEPT_DAYS, YEARLY],
  );
}

/** The days in which a date may be entered late, and some more: clocks and zones differ. */
const MAY_RECUR_DAYS = 7;

/** What comes each year comes on another day when its day is over; at an offset far ahead, an event is pruned before its day comes. */
const YEARLY: readonly LifecycleEventKind[] = ["WORK_ANNIVERSARY", "BIRTHDAY"];
