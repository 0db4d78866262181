import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a company decides where a field of a person comes from, and which scope it needs. A wipe of hidden
 * fields is counted, so that plans and kept events from before it are not used. Locks: `lifecycle_streams`,
 * for a moment: a column with a constant default changes the catalogue only. The version before keeps
 * working: it knows neither.
 */
export class FieldSettings1764000000029 implements MigrationInterface {
  readonly name = "FieldSettings1764000000029";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table field_settings (
        tenant_id text collate "C" not null,
        -- A field of a person, or customAttributes.<key>.
        name text collate "C" not null,
        -- In order; null: the default order.
        sources text[],
        -- Null: the built-in one. Whether a field is hidden is in integrations.field_mapping.
        sensitivity text collate "C",
        constraint field_settings_pkey primary key (tenant_id, name),
        constraint field_settings_sensitivity_check check (sensitivity in ('OPEN', 'HR', 'SENSITIVE')),
        constraint field_settings_tenant_fkey foreign key (tenant_id) references tenants (id)
      );
      alter table field_settings enable row level security;
      alter table field_settings force row level security;
      create policy tenant_isolation on field_settings
        using (tenant_id = nullif(current_setting('app.tenant', true), ''));
      grant select, insert, update, delete on field_settings to people_app;
      alter table lifecycle_streams add column wipes integer not null default 0;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop table field_settings; alter table lifecycle_streams drop column wipes");
  }
}
