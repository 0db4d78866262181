import type { EntityManager } from "typeorm";
import type { ApiVersion } from "../../personio/employee.ts";
import type { Integration } from "../integration.ts";
import type { FieldMappingRow } from "./field-mapping.ts";

/** The mapping, which no transaction changes before this one ends; empty without an integration. */
export async function lockFieldMapping(manager: EntityManager): Promise<readonly FieldMappingRow[]> {
  const rows: Pick<Integration, "fieldMapping">[] = await manager.query(
    '/* integration.lockFieldMapping */ select field_mapping as "fieldMapping" from integrations for share',
  );
  return rows[0]?.fieldMapping ?? [];
}

/** Stores a changed mapping. The caller has locked the integration. */
export async function storeFieldMapping(
  manager: EntityManager,
  fieldMapping: readonly FieldMappingRow[],
): Promise<void> {
  await manager.query("/* integration.storeFieldMapping */ update integrations set field_mapping = $1", [
    JSON.stringify(fieldMapping),
  ]);
}

/** Adds newly granted attributes to the mapping that a run used, unless the mapping has changed since. */
export async function extendFieldMapping(
  manager: EntityManager,
  row: {
    readonly apiVersion: ApiVersion;
    readonly before: readonly FieldMappingRow[];
    readonly after: readonly FieldMappingRow[];
  },
): Promise<void> {
  await manager.query(
    `/* integration.extendFieldMapping */
    update integrations set field_mapping = $3 where api_version = $1 and field_mapping = $2::jsonb`,
    [row.apiVersion, JSON.stringify(row.before), JSON.stringify(row.after)],
  );
}
