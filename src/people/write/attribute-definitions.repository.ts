import type { EntityManager } from "typeorm";

/** What is to be kept of the company's own attributes. */
export type AttributeDefinitions = {
  /** All that are mapped, by key: what is no longer among them goes, and what may merely not be read any more stays as it was. */
  readonly mapped: readonly string[];
  /** Those that may be read, as they are called now. */
  readonly readable: readonly { readonly key: string; readonly label: string; readonly type: string }[];
};

/**
 * Makes the definitions of custom attributes say what is mapped. Only rows that differ are written, and one that comes without a name, as
 * version 2 lists some, keeps the name it had.
 */
export async function updateCustomAttributeDefinitions(
  manager: EntityManager,
  { mapped, readable }: AttributeDefinitions,
): Promise<void> {
  await manager.query(
    "/* customAttributes.remove */ delete from custom_attribute_definitions where key <> all ($1)",
    [mapped],
  );
  await manager.query(
    `/* customAttributes.upsert */
    insert into custom_attribute_definitions as d (tenant_id, key, label, type)
    select current_setting('app.tenant'), row.* from unnest($1::text[], $2::text[], $3::text[]) as row (key, label, type)
    on conflict (tenant_id, key) do update set type = excluded.type,
        label = case when excluded.label = excluded.key then d.label else excluded.label end
      where d.type <> excluded.type or (d.label <> excluded.label and excluded.label <> excluded.key)`,
    [readable.map(({ key }) => key), readable.map(({ label }) => label), readable.map(({ type }) => type)],
  );
}
