import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a field that becomes readable for the first time emits no PERSON_CHANGED, so the log keeps which
 * fields a run has read before. Locks: a column without a default changes the catalogue only. The version
 * before keeps working: it does not write the column, and null means that the fields read are unknown. The
 * next full run then counts all fields that it reads as read before.
 */
export class FieldsRead1764000000023 implements MigrationInterface {
  readonly name = "FieldsRead1764000000023";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table lifecycle_streams add column read_fields text[]");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table lifecycle_streams drop column read_fields");
  }
}
