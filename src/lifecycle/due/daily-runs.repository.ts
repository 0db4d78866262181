import type { DataSource, EntityManager } from "typeorm";
import type { Queries } from "../../database/queries.ts";
import { inTenant } from "../../database/transaction.ts";
import type { Queue } from "../../jobs/queue.ts";
import type { LifecycleEventKind } from "../event-kind.ts";
import { dailyRunJob } from "./daily-run.job.ts";
import type { DailyRuns } from "./daily-run-windows.ts";

export async function getDailyRuns(manager: Queries): Promise<DailyRuns> {
  const rows: { timeZone: string; lastDay: string | null; isInUse: boolean }[] = await manager.query(
    `/* lifecycle.getDailyRuns */
    select coalesce(used.time_zone, run.time_zone) as "timeZone", run.turned_on as "lastDay",
      used.time_zone is not null as "isInUse"
    from (
      select time_zone from tenants
      union select coalesce(time_zone, guessed_time_zone) from offices where coalesce(time_zone, guessed_time_zone) is not null
    ) used
    full join lifecycle_turns run on run.time_zone = used.time_zone
    order by 1`,
  );
  return {
    zonesInUse: rows.flatMap(({ timeZone, isInUse }) => (isInUse ? [timeZone] : [])),
    lastDays: new Map(
      rows.flatMap(({ timeZone, lastDay }) => (lastDay === null ? [] : [[timeZone, lastDay] as const])),
    ),
  };
}

/** Stores the last processed day of each zone, and deletes all other zones. */
export async function replaceDailyRuns(
  manager: EntityManager,
  lastDays: ReadonlyMap<string, string>,
): Promise<void> {
  const zones = [...lastDays.keys()];
  await manager.query(
    `/* lifecycle.replaceDailyRuns */
    with forgotten as (delete from lifecycle_turns where time_zone <> all ($1))
    insert into lifecycle_turns (tenant_id, time_zone, turned_on)
    select current_setting('app.tenant'), * from unnest($1::text[], $2::date[])
    on conflict (tenant_id, time_zone) do update set turned_on = excluded.turned_on
    where lifecycle_turns.turned_on <> excluded.turned_on`,
    [zones, [...lastDays.values()]],
  );
}

/** How many tenants one statement checks. Each costs a few lookups. */
const TENANTS_PER_STATEMENT = 500;

/** The SQL function binds its transaction to one tenant after the other. */
const NO_TENANT = "";

/** Companies with a zone in which an unprocessed day has begun by this instant. */
export async function findDueTenants(
  { dataSource, queue }: { readonly dataSource: DataSource; readonly queue: Queue },
  at: (manager: EntityManager) => Promise<Date>,
): Promise<string[]> {
  const tenants = (await queue.listSchedules(dailyRunJob)).map(({ payload }) => payload.tenantId);
  const due: string[] = [];
  for (let from = 0; from < tenants.length; from += TENANTS_PER_STATEMENT) {
    const some = tenants.slice(from, from + TENANTS_PER_STATEMENT);
    const rows = await inTenant(dataSource, NO_TENANT, async (manager) =>
      manager.query<{ tenant: string }[]>(
        "/* lifecycle.findDueTenants */ select tenant from lifecycle_due_tenants($1, $2) tenant",
        [some, await at(manager)],
      ),
    );
    due.push(...rows.map(({ tenant }) => tenant));
  }
  return due;
}

/**
 * How long events are kept. A subscriber that was away for a month can continue without a gap. A date that
 * moves within a quarter can still point at the event that it corrects.
 */
const EVENTS_KEPT_DAYS = 90;

/**
 * Deletes the oldest events. Stores where the log begins now, and for facts that may recur how often they
 * were emitted.
 */
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

/** The days in which HR may enter a date late, and a margin: clocks and zones differ. */
const MAY_RECUR_DAYS = 7;

/**
 * A yearly date that is over occurs on another day next time. An event far ahead of its date is pruned before
 * its day, so yearly facts always recur.
 */
const YEARLY: readonly LifecycleEventKind[] = ["WORK_ANNIVERSARY", "BIRTHDAY"];
