import type { EntityManager } from "typeorm";
import type { FieldSetting } from "./field-setting.ts";
import type { FieldSettings } from "./field-settings.ts";

/** What the tenant decided about its fields. */
export async function getFieldSettings(manager: EntityManager): Promise<FieldSettings> {
  const rows = await manager.query<Pick<FieldSetting, "name" | "sources" | "sensitivity">[]>(
    "/* fields.getFieldSettings */ select name, sources, sensitivity from field_settings",
  );
  return new Map(rows.map(({ name, ...setting }) => [name, setting]));
}
