import type { EntityManager } from "typeorm";
import type { Turns } from "./turn-windows.ts";

export async function getTurns(manager: EntityManager): Promise<Turns> {
  const rows: { timeZone: string; turnedOn: string | null; isInUse: boolean }[] = await manager.query(
    `/* lifecycle.getTurns */
    select coalesce(used.time_zone, turn.time_zone) as "timeZone", turn.turned_on as "turnedOn",
      used.time_zone is not null as "isInUse"
    from (
      select time_zone from tenants
      union select coalesce(time_zone, guessed_time_zone) from offices where coalesce(time_zone, guessed_time_zone) is not null
    ) used
    full join lifecycle_turns turn on turn.time_zone = used.time_zone
    order by 1`,
  );
  return {
    zonesInUse: rows.flatMap(({ timeZone, isInUse }) => (isInUse ? [timeZone] : [])),
    turnedOn: new Map(
      rows.flatMap(({ timeZone, turnedOn }) => (turnedOn === null ? [] : [[timeZone, turnedOn] as const])),
    ),
  };
}

/** Notes the last day that was looked at in each zone, and forgets every other zone. */
export async function replaceTurns(
  manager: EntityManager,
  turnedOn: ReadonlyMap<string, string>,
): Promise<void> {
  const zones = [...turnedOn.keys()];
  await manager.query(
    `/* lifecycle.replaceTurns */
    with forgotten as (delete from lifecycle_turns where time_zone <> all ($1))
    insert into lifecycle_turns (tenant_id, time_zone, turned_on)
    select current_setting('app.tenant'), * from unnest($1::text[], $2::date[])
    on conflict (tenant_id, time_zone) do update set turned_on = excluded.turned_on
    where lifecycle_turns.turned_on <> excluded.turned_on`,
    [zones, [...turnedOn.values()]],
  );
}
