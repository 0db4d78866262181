import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: Personio's API has two versions, and the ids of offices, departments and legal entities are not the
 * same in both. Locks: adds columns with constant defaults, which takes a moment.
 */
export class ApiVersion1764000000004 implements MigrationInterface {
  readonly name = "ApiVersion1764000000004";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table integrations
        add column api_version text collate "C" not null default 'V1',
        -- The API version of the Personio ids in departments, offices and legal_entities; null before the first run.
        add column org_version text collate "C",
        add constraint integrations_api_version_check check (api_version in ('V1', 'V2')),
        add constraint integrations_org_version_check check (org_version in ('V1', 'V2'));
      update integrations set org_version = 'V1' where last_succeeded_at is not null;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table integrations drop column api_version, drop column org_version");
  }
}
