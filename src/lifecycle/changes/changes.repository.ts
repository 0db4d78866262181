import type { EntityManager } from "typeorm";
import type { EmittedDate } from "../due/threads.ts";
import { DATED_KINDS } from "../event-kind.ts";

/**
 * The date events of these people by person, in the order of the log. People without such events have no
 * entry. A record that HR deletes and creates again is the same employment: events of the old record count
 * for the current one.
 */
export async function listEmittedDates(
  manager: EntityManager,
  personIds: readonly string[],
): Promise<Map<string, EmittedDate[]>> {
  if (personIds.length === 0) return new Map();
  const rows: (EmittedDate & { readonly personId: string })[] = await manager.query(
    `/* lifecycle.listEmittedDates */
    select id, person_id as "personId", kind, coalesce((
        select p.personio_id from former_employments f join people p on p.id = f.person_id
        where f.personio_id = e.personio_id and f.person_id = e.person_id and f.same_employment
      ), personio_id) as "personioId", occurs_on as "occursOn",
      offset_days as "offsetDays", change, supersedes, years
    from lifecycle_events e where person_id = any($1::uuid[]) and kind = any($2)
    order by seq`,
    [personIds, DATED_KINDS],
  );
  return Map.groupBy(rows, ({ personId }) => personId);
}

/** The zone in which the days of an office's people begin; null is for people without an office. */
export type Zones = { of(officeId: string | null): string };

/** Reads the zones of the company. There are as many as offices, so they fit into memory. */
export async function readZones(manager: EntityManager): Promise<Zones> {
  const rows: { officeId: string | null; timeZone: string }[] = await manager.query(
    `/* lifecycle.readZones */
    select null::uuid as "officeId", time_zone as "timeZone" from tenants
    union all select id, coalesce(time_zone, guessed_time_zone) from offices
      where coalesce(time_zone, guessed_time_zone) is not null`,
  );
  const zoneOf = new Map(rows.map(({ officeId, timeZone }) => [officeId, timeZone]));
  return { of: (officeId) => zoneOf.get(officeId) ?? zoneOf.get(null) ?? "UTC" };
}
