import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: `idp_users.offered` is the service's own reading of what an identity provider sent, so it lacks the
 * fields that the company hides. The new column names them, so the service can read a field again from
 * `resource` when the company shows it again. Locks: `idp_users`, for a moment; the index is empty. The next
 * job or run removes hidden fields that are stored. The version before keeps working: it stores hidden
 * fields, which the next run removes. After the revert, a field that is shown again comes with the next
 * change of each user.
 */
export class WithheldFields1764000000032 implements MigrationInterface {
  readonly name = "WithheldFields1764000000032";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table idp_users add column withheld text[] not null default '{}';
      create index idp_users_withheld_idx on idp_users (tenant_id, id) where withheld <> '{}';
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("alter table idp_users drop column withheld");
  }
}
