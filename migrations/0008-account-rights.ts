import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: names of departments, offices and legal entities may become readable at different times. So each table
 * stores the version of Personio's API that its ids belong to. An admin can also see which right Personio
 * denies, in Personio's words. Locks: adds columns with constant defaults, and lifts the force of row-level
 * security on `integrations` for one update of few rows: moments. The version before this one keeps working:
 * it matches all tables at once and stores that in `org_version`. Matching a table again gives the same
 * result.
 */
export class AccountRights1764000000008 implements MigrationInterface {
  readonly name = "AccountRights1764000000008";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table integrations
        -- By table: the API version of its Personio ids; a table without ids so far is missing.
        add column org_versions jsonb not null default '{}',
        -- The parts that the credential could not read at the last check.
        add column refusals jsonb not null default '[]';
      -- An owner who is no superuser would see no row of a table whose row-level security is forced.
      alter table integrations no force row level security;
      update integrations set org_versions =
        jsonb_build_object('departments', org_version, 'offices', org_version, 'legal_entities', org_version)
      where org_version is not null;
      alter table integrations force row level security;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table integrations drop column org_versions, drop column refusals");
  }
}
