import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a company excludes people of some employment types, of some legal entities, and single records. The
 * ledger has a reason for them, and it marks people who have left, because an active account of a leaver is a
 * risk. Locks: `tenants`, `planned_skips` and `skipped_employees`, for a moment. The new constraint reads the
 * ledger once. The version before this one keeps working: it ignores the settings, and writes no row with the
 * reason.
 */
export class WhoComesIn1764000000031 implements MigrationInterface {
  readonly name = "WhoComesIn1764000000031";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table tenants
        add column synced_employment_types text[],
        add column synced_legal_entity_ids uuid[],
        add column excluded_personio_ids text[] not null default '{}';
      alter table planned_skips add column has_left boolean not null default false;
      alter table skipped_employees add column has_left boolean not null default false;
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
      alter table planned_skips drop column has_left;
      alter table skipped_employees drop column has_left;
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
