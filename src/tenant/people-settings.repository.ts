import type { EntityManager } from "typeorm";
import { DEFAULT_PEOPLE_SETTINGS, type PeopleSettings } from "./people-settings.ts";
import { ensureTenant } from "./tenant.repository.ts";

/** The tenant's settings; the defaults until the tenant stores something. */
export async function getPeopleSettings(manager: EntityManager): Promise<PeopleSettings> {
  const [settings] = await manager.query<PeopleSettings[]>(
    `/* tenant.getPeopleSettings */
    select time_zone as "timeZone", synced_statuses as "syncedStatuses",
      leaver_guard_percent as "leaverGuardPercent", leaver_guard_people as "leaverGuardPeople",
      leap_day_rule as "leapDayRule"
    from tenants`,
  );
  return settings ?? DEFAULT_PEOPLE_SETTINGS;
}

/** Changes the given settings, and creates the tenant if it does not exist. */
export async function updatePeopleSettings(
  manager: EntityManager,
  changes: Partial<PeopleSettings>,
): Promise<void> {
  await ensureTenant(manager);
  await manager.query(
    `/* tenant.updatePeopleSettings */
    update tenants set time_zone = coalesce($1, time_zone), synced_statuses = coalesce($2, synced_statuses),
      leaver_guard_percent = coalesce($3, leaver_guard_percent),
      leaver_guard_people = coalesce($4, leaver_guard_people), leap_day_rule = coalesce($5, leap_day_rule)
    where id = current_setting('app.tenant')`,
    [
      changes.timeZone,
      changes.syncedStatuses,
      changes.leaverGuardPercent,
      changes.leaverGuardPeople,
      changes.leapDayRule,
    ],
  );
}

/** Whether Postgres has the time zone: its list of zones may be older than ours. */
export async function isTimeZoneKnown(manager: EntityManager, timeZone: string): Promise<boolean> {
  const [zone] = await manager.query<unknown[]>(
    "/* tenant.isTimeZoneKnown */ select name from pg_timezone_names where lower(name) = lower($1)",
    [timeZone],
  );
  return zone !== undefined;
}
