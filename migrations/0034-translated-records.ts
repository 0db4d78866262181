import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a run without changes spent its time on parsing and translating records that it had translated before.
 * This table stores the hash of a translation by the bytes of its record. It is unlogged, because a lost row
 * costs only one translation. Locks: none, the table is new. The version before does not use it, and may
 * change people: a row counts only if `people` has the same hash.
 */
export class TranslatedRecords1764000000034 implements MigrationInterface {
  readonly name = "TranslatedRecords1764000000034";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create unlogged table translated_records (
        tenant_id text collate "C" not null,
        personio_id text collate "C" not null,
        record_hash text collate "C",
        source_hash text collate "C",
        office_personio_id text collate "C",
        holiday_country text collate "C",
        constraint translated_records_pkey primary key (tenant_id, personio_id)
      );
      alter table translated_records enable row level security, force row level security;
      create policy tenant_isolation on translated_records
        using (tenant_id = nullif(current_setting('app.tenant', true), ''));
      grant select, insert, update, delete on translated_records to people_app;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop table translated_records");
  }
}
