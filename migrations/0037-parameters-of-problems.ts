import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a client that shows a problem in another language needs the numbers and names of its message. Locks:
 * `sync_runs` and `integrations`, for a moment. The version before this one keeps working: it writes problems
 * without parameters, and the stored message shows to which problem they belong.
 */
export class ParametersOfProblems1764000000037 implements MigrationInterface {
  readonly name = "ParametersOfProblems1764000000037";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table sync_runs add column problem_parameters jsonb;
      alter table integrations add column problem_parameters jsonb;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table sync_runs drop column problem_parameters;
      alter table integrations drop column problem_parameters;
    `);
  }
}
