import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: people can be sorted by status. Without an index each page would read and sort the whole company. It
 * leaves out ACTIVE people, because the index by name serves them. Locks: building it locks `people` against
 * writes, about a second at 100,000 people; reads go on. The version before this one keeps working.
 *
 * At first this also built an index by position, and failed if one was longer than an index entry. So
 * migration 0042 builds that index.
 */
export class OrdersOfPeople1764000000036 implements MigrationInterface {
  readonly name = "OrdersOfPeople1764000000036";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create index people_status_idx on people (tenant_id, status, last_name, first_name, id)
        where status <> 'ACTIVE';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop index people_status_idx; drop index if exists people_position_idx");
  }
}
