import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a company excludes people of some employment types, of some legal entities, and single records. The
 * ledger has a reason for them. Locks: `tenants` and `skipped_employees`, for a moment; the ledger is read once
 * to check the new constraint. The version before this one keeps working: it ignores the settings, and it
 * writes no row with the new reason.
 */
export class WhoComesIn1764000000031 implements MigrationInterface {
  readonly name = "WhoComesIn1764000000031";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table tenants
        add column synced_employment_types text[],
        add column synced_legal_entity_ids uuid[],
        add column excluded_personio_ids text[] not null default '{}';
      ${checkReasons("'MISSING_WORK_EMAIL', 'STATUS_EXCLUDED', 'EXCLUDED', ")}
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The owner of the table would see no row of it either.
      alter table skipped_employees no force row level security;
      delete from skipped_employees where reason = 'EXCLUDED';
      alter table skipped_employees force row level security;
      ${checkReasons("'MISSING_WORK_EMAIL', 'STATUS_EXCLUDED', ")}
      alter table tenants drop column synced_employment_types, drop column synced_legal_entity_ids,
        drop column excluded_personio_ids;
    `);
  }
}

const checkReasons = (first: string): string => `
  alter table skipped_employees drop constraint skipped_employees_reason_check,
    add constraint skipped_employees_reason_check check (reason in (${first}'DUPLICATE_WORK_EMAIL', 'INVALID_RECORD',
      'AMBIGUOUS_REHIRE', 'SUPERVISOR_NOT_SYNCED', 'SUPERVISOR_CYCLE'));
`;
