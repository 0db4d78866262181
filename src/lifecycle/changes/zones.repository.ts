import type { EntityManager } from "typeorm";

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
