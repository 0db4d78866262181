import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: answers are kept until the directory of the company changes, and a reader asks for its version. Every
 * transaction that changes a row of these tables leaves a new version, whatever code writes it. Locks: each
 * of the tables, for a moment. The version before this one keeps working: its writes raise the version too.
 */
export class DirectoryVersions1764000000035 implements MigrationInterface {
  readonly name = "DirectoryVersions1764000000035";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(VERSIONS);
    await queryRunner.query(RAISE);
    for (const table of VERSIONED) await queryRunner.query(watch(table));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop function raise_directory_version() cascade; drop table directory_versions");
  }
}

/** The tables that fields marked `@Kept` read. */
const VERSIONED = [
  "people",
  "former_emails",
  "former_employments",
  "departments",
  "offices",
  "legal_entities",
  "custom_attribute_definitions",
  "field_settings",
];

const VERSIONS = `
  -- The version of a directory is the set of its rows, usually one. They are random: a counter or a transaction
  -- id would repeat after a restore or a failover. No foreign key: its check would lock the tenant.
  create table directory_versions (
    tenant_id text collate "C" not null,
    version uuid not null,
    constraint directory_versions_pkey primary key (tenant_id, version)
  );
  -- What is stored already has a version, too.
  alter table tenants no force row level security;
  insert into directory_versions select id, gen_random_uuid() from tenants;
  alter table tenants force row level security;
  alter table directory_versions enable row level security;
  alter table directory_versions force row level security;
  create policy tenant_isolation on directory_versions
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on directory_versions to people_app;
`;

// With a counter, transactions of one company would wait for each other, and a sync takes minutes. So each
// adds a row of its own, and removes those that no other transaction is removing. No set of rows occurs
// twice.
const RAISE = `
  create function raise_directory_version() returns trigger language plpgsql as $$
  declare
    changed_tenant text;
  begin
    for changed_tenant in select distinct tenant_id from changed loop
      -- Once in a transaction. The setting goes with the transaction, and with a savepoint that is rolled back.
      continue when current_setting('app.raised', true) is not distinct from changed_tenant;
      perform set_config('app.raised', changed_tenant, true);
      delete from directory_versions where tenant_id = changed_tenant and version in (
        select version from directory_versions where tenant_id = changed_tenant for update skip locked);
      insert into directory_versions values (changed_tenant, gen_random_uuid());
    end loop;
    return null;
  end $$;
`;

// A statement that changes no row, as most of an unchanged sync, leaves the version as it is.
const watch = (table: string): string =>
  [
    ["insert", "new"],
    ["update", "new"],
    ["delete", "old"],
  ]
    .map(
      ([event, rows]) => `
      create trigger raise_version_on_${event} after ${event} on ${table} referencing ${rows} table as changed
        for each statement execute function raise_directory_version()`,
    )
    .join(";");
