import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a client that shows an entry of the skip ledger in another language needs a code and the values in the
 * message. Locks: `skipped_employees` and `planned_skips`, for a moment. The version before this one keeps
 * working: it writes only messages. A stored cause contains its message, and counts only if the entry has the
 * same message.
 */
export class CausesOfSkips1764000000041 implements MigrationInterface {
  readonly name = "CausesOfSkips1764000000041";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table skipped_employees add column cause jsonb;
      alter table planned_skips add column cause jsonb;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table skipped_employees drop column cause;
      alter table planned_skips drop column cause;
    `);
  }
}
