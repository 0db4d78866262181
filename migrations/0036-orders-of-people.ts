import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: people can be sorted by position and by status. Without these indexes each page would read and sort
 * the whole company. Positions sort as names do. The index by status leaves out ACTIVE people, because the
 * index by name serves them. Locks: building the indexes locks `people` against writes, about a second at
 * 100,000 people; reads go on. The version before this one keeps working.
 */
export class OrdersOfPeople1764000000036 implements MigrationInterface {
  readonly name = "OrdersOfPeople1764000000036";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create index people_position_idx
        on people (tenant_id, position collate person_name, last_name, first_name, id);
      create index people_status_idx on people (tenant_id, status, last_name, first_name, id)
        where status <> 'ACTIVE';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop index people_status_idx; drop index people_position_idx");
  }
}
