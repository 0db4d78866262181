import type { EntityManager } from "typeorm";

/** The definitions to store. */
export type AttributeDefinitions = {
  /**
   * Keys of all mapped attributes. The others are deleted; a mapped one that is not readable stays as it was.
   */
  readonly mapped: readonly string[];
  /** The readable attributes, with their current names and types. */
  readonly readable: readonly { readonly key: string; readonly label: string; readonly type: string }[];
};

/**
 * Updates the definitions of custom attributes to the mapped ones. Writes only rows that differ. An attribute
 * that comes without a name, as some do in version 2, keeps the stored name.
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
