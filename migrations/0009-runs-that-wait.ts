import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: requests during a run, people with unreadable records and unprocessed events must outlive the worker
 * that found them. Locks: columns that are null or have a constant default, which takes a moment, and a new
 * table. The version before this one keeps working.
 */
export class RunsThatWait1764000000009 implements MigrationInterface {
  readonly name = "RunsThatWait1764000000009";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(WAITING);
    await queryRunner.query(SIGHTINGS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop table ledger_sightings;
      alter table personio_webhooks drop column catch_up_since;
      alter table hook_events drop column failures;
      alter table sync_runs drop column wanted_trigger;
    `);
  }
}

const WAITING = `
  -- A FULL run was requested during this partial one; it is queued when this one ends.
  alter table sync_runs add column wanted_trigger text collate "C",
    add constraint sync_runs_wanted_trigger_check check (wanted_trigger in ('SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK'));

  -- How often reading the record failed: it is read after the others.
  alter table hook_events add column failures integer default 0 not null;

  -- The time from which Personio's own event log is still to be read; null once it was.
  alter table personio_webhooks add column catch_up_since timestamptz;
`;

const SIGHTINGS = `
  -- When a partial run last read a person of the ledger. A table of its own, because a run without news
  -- writes no row of the ledger.
  create table ledger_sightings (
    tenant_id text collate "C" not null,
    personio_id text collate "C" not null,
    seen_at timestamptz not null,
    constraint ledger_sightings_pkey primary key (tenant_id, personio_id),
    constraint ledger_sightings_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  alter table ledger_sightings enable row level security;
  alter table ledger_sightings force row level security;
  create policy tenant_isolation on ledger_sightings
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ledger_sightings to people_app;
`;
