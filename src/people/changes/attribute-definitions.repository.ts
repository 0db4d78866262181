import type { EntityManager } from "typeorm";

/** Makes the definitions of custom attributes exactly these. Only rows that differ are written. */
export async function replaceCustomAttributeDefinitions(
  manager: EntityManager,
  definitions: readonly { readonly key: string; readonly label: string; readonly type: string }[],
): Promise<void> {
  const parameters = [
    definitions.map(({ key }) => key),
    definitions.map(({ label }) => label),
    definitions.map(({ type }) => type),
  ];
  await manager.query(
    "/* customAttributes.remove */ delete from custom_attribute_definitions where key <> all ($1)",
    [parameters[0]],
  );
  await manager.query(
    `/* customAttributes.upsert */
    insert into custom_attribute_definitions as d (tenant_id, key, label, type)
    select current_setting('app.tenant'), row.* from unnest($1::text[], $2::text[], $3::text[]) as row (key, label, type)
    on conflict (tenant_id, key) do update set label = excluded.label, type = excluded.type
      where (d.label, d.type) is distinct from (excluded.label, excluded.type)`,
    parameters,
  );
}
