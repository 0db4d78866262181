import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: identity providers end their own session only if the service sends the ID token with which it began.
 * Locks: `console_sessions`, for a moment. The version before keeps working: it writes sessions without the
 * token, and their sign-out ends at the console.
 */
export class IdTokensOfSessions1764000000040 implements MigrationInterface {
  readonly name = "IdTokensOfSessions1764000000040";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table console_sessions add column sealed_id_token text");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table console_sessions drop column sealed_id_token");
  }
}
