import type { EntityManager } from "typeorm";
import type { Queries } from "../database/queries.ts";
import type { FieldSetting } from "./field-setting.ts";
import type { FieldDecision, FieldSettings } from "./field-settings.ts";
import { RAISED_FIELDS_SQL, type RaisedFields, readRaisedFields } from "./raised-fields.ts";

/** What the tenant decided about its fields. Null rows of the mapping hide a field. */
export async function getFieldSettings(manager: Queries): Promise<FieldSettings> {
  const rows = await manager.query<(FieldDecision & { readonly name: string })[]>(
    `/* fields.getFieldSettings */
    select coalesce(s.name, h.name) as name, s.sources, s.sensitivity, h.name is not null as hidden
    from field_settings s full join (
      select row ->> 'personField' as name from integrations, jsonb_array_elements(field_mapping) as row
      where row ->> 'personioAttribute' is null
    ) h on h.name = s.name`,
  );
  return new Map(rows.map(({ name, ...decided }) => [name, decided]));
}

/** The fields for which the tenant demands more than the schema does, outside of a read snapshot. */
export const getRaisedFields = async (manager: Queries): Promise<RaisedFields> =>
  readRaisedFields(await manager.query(RAISED_FIELDS_SQL));

/** Stores a decision. Without one, the defaults apply again. */
export async function storeFieldSetting(
  manager: EntityManager,
  { name, sources, sensitivity }: Omit<FieldSetting, "tenantId">,
): Promise<void> {
  const isDefault = sources === null && sensitivity === null;
  await (isDefault
    ? manager.query("/* fields.forget */ delete from field_settings where name = $1", [name])
    : manager.query(
        `/* fields.store */
        insert into field_settings (tenant_id, name, sources, sensitivity)
        values (current_setting('app.tenant'), $1, $2, $3)
        on conflict (tenant_id, name) do update set sources = excluded.sources, sensitivity = excluded.sensitivity`,
        [name, sources, sensitivity],
      ));
}
