import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: the directory did not store the cost center and the team of a person, which Personio sends. Locks:
 * `people`, for a moment: two columns without a default change the catalogue only. The version before keeps
 * working: it does not know the columns. This version compares each person that it writes in full, because
 * the mapping differs.
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
