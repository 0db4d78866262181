import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: the database stores fingerprints of the keys, so that the start detects a lost key ring. A plan
 * replaced by a newer run has a status of its own. An approval stores what it approved. The time that
 * Personio sets for the next request outlives the run. Locks: columns that are null, which takes a moment. A
 * check of `sync_runs` is added as not valid and validated afterwards. An update changes the few held runs
 * whose plan is gone. The version before this one keeps working: it reads none of this, and treats a
 * superseded run like any other that has ended.
 */
export class KeysAndHolds1764000000012 implements MigrationInterface {
  readonly name = "KeysAndHolds1764000000012";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(KEYS);
    await queryRunner.query(HOLDS);
    await queryRunner.query(`
      -- The time in Personio's \`Retry-After\`: the timetable requests nothing before it.
      alter table integrations add column not_before timestamptz;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table key_fingerprints;
      alter table integrations drop column not_before;
      alter table sync_runs no force row level security;
      update sync_runs set status = 'HELD' where status = 'SUPERSEDED';
      alter table sync_runs force row level security;
      alter table sync_runs drop column plan_cleared, drop constraint sync_runs_status_check;
      alter table sync_runs add constraint sync_runs_status_check check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED',
        'SUCCEEDED_WITH_SKIPS', 'HELD', 'FAILED', 'REJECTED'));
    `);
  }
}

const KEYS = `
  -- Belongs to no tenant, and the application's role has no access: only the login that starts the service reads it.
  create table key_fingerprints (
    fingerprint text collate "C" not null,
    -- The id of the key in SECRET_KEYS; another key may have the same id.
    key_id text collate "C" not null,
    first_seen_at timestamptz not null default now(),
    constraint key_fingerprints_pkey primary key (fingerprint)
  );
`;

const HOLDS = `
  -- How many people would lose which field by the plan under review.
  alter table sync_runs add column plan_cleared jsonb;
  alter table sync_runs drop constraint sync_runs_status_check;
  alter table sync_runs add constraint sync_runs_status_check check (status in ('QUEUED', 'RUNNING', 'SUCCEEDED',
    'SUCCEEDED_WITH_SKIPS', 'HELD', 'SUPERSEDED', 'FAILED', 'REJECTED')) not valid;
  alter table sync_runs validate constraint sync_runs_status_check;
  -- The owner of the table would see no row of it.
  alter table sync_runs no force row level security;
  update sync_runs set status = 'SUPERSEDED' where status = 'HELD' and plan_read_id is null;
  alter table sync_runs force row level security;
`;
