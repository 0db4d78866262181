import type { EntityManager } from "typeorm";
import type { Queries } from "../database/queries.ts";
import { DEFAULT_PEOPLE_SETTINGS, type PeopleSettings } from "./people-settings.ts";
import { ensureTenant } from "./tenant.repository.ts";

/** The tenant's settings; the defaults until the tenant stores something. */
export async function getPeopleSettings(manager: Queries): Promise<PeopleSettings> {
  const [settings] = await manager.query<PeopleSettings[]>(
    `/* tenant.getPeopleSettings */
    select time_zone as "timeZone", synced_statuses as "syncedStatuses",
      leaver_guard_percent as "leaverGuardPercent", leaver_guard_people as "leaverGuardPeople",
      leap_day_rule as "leapDayRule", synced_employment_types as "syncedEmploymentTypes",
      synced_legal_entity_ids as "syncedLegalEntityIds", excluded_personio_ids as "excludedPersonioIds"
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
      leaver_guard_people = coalesce($4, leaver_guard_people), leap_day_rule = coalesce($5, leap_day_rule),
      synced_employment_types = case when $6 then $7 else synced_employment_types end,
      synced_legal_entity_ids = case when $8 then $9 else synced_legal_entity_ids end,
      excluded_personio_ids = coalesce($10, excluded_personio_ids)
    where id = current_setting('app.tenant')`,
    [
      changes.timeZone,
      changes.syncedStatuses,
      changes.leaverGuardPercent,
      changes.leaverGuardPeople,
      changes.leapDayRule,
      // For these two settings, null is a value.
      changes.syncedEmploymentTypes !== undefined,
      changes.syncedEmploymentTypes,
      changes.syncedLegalEntityIds !== undefined,
      changes.syncedLegalEntityIds,
      changes.excludedPersonioIds,
    ],
  );
}

/** The first of these ids that is not a legal entity of the tenant; null if all are. */
export async function findUnknownLegalEntity(
  manager: EntityManager,
  ids: readonly string[],
): Promise<string | null> {
  const rows: { id: string }[] = await manager.query(
    `/* tenant.findUnknownLegalEntity */
    select named.id from unnest($1::uuid[]) with ordinality as named (id, place)
    where not exists (select from legal_entities known where known.id = named.id) order by named.place limit 1`,
    [ids],
  );
  return rows[0]?.id ?? null;
}

/**
 * The first of these fields that the mapping of the tenant's integration hides; null if it hides none. The
 * mapping stays locked until the transaction ends, so that no field is hidden meanwhile.
 */
export async function findHiddenField(
  manager: EntityManager,
  fields: readonly string[],
): Promise<string | null> {
  await manager.query("/* tenant.lockMapping */ select id from integrations for share");
  const rows: { field: string }[] = await manager.query(
    `/* tenant.findHiddenField */
    select row."personField" as field
    from integrations, jsonb_to_recordset(field_mapping) as row ("personField" text, "personioAttribute" text)
    where row."personField" = any($1) and row."personioAttribute" is null order by 1 limit 1`,
    [fields],
  );
  return rows[0]?.field ?? null;
}

/** Whether Postgres has the time zone: its list of zones may be older than ours. */
export async function isTimeZoneKnown(manager: EntityManager, timeZone: string): Promise<boolean> {
  const [zone] = await manager.query<unknown[]>(
    "/* tenant.isTimeZoneKnown */ select name from pg_timezone_names where lower(name) = lower($1)",
    [timeZone],
  );
  return zone !== undefined;
}
