import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: an index entry of Postgres holds 2,700 bytes. With one longer position, or a long one beside long
 * names, each sync of the company failed. Lists now sort by a column that has at most 180 bytes of a
 * position, which fit beside the longest names. A generated column, because row-level security uses no index
 * of an expression. Locks: `people` is rewritten and locked, some two seconds at 100,000 people. The version
 * before this one keeps working, but sorts the company for a page by position.
 */
export class PositionsOfAnyLength1764000000042 implements MigrationInterface {
  readonly name = "PositionsOfAnyLength1764000000042";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop index if exists people_position_idx;
      alter table people add column sorted_position text collate person_name generated always as
        (case when octet_length(position) <= 180 then position else left(position, 45) end) stored;
      create index people_position_idx on people (tenant_id, sorted_position, last_name, first_name, id);
    `);
  }

  // The former index would fail at a long position, and no statement needs it.
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table people drop column sorted_position");
  }
}
