import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a person has a cost center and a team, which Personio sends and the directory did not keep.
 * Locks: `people`, for as long as two columns without a default take: they change the catalogue only. The version before goes on
 * working: it does not know the columns, and a person that it writes is compared in full by this version, because the mapping differs.
 */
export class CostCenterAndTeam1764000000024 implements MigrationInterface {
  readonly name = "CostCenterAndTeam1764000000024";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table people add column cost_center text, add column team text");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table people drop column cost_center, drop column team");
  }
}
