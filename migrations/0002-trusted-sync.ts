import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a plan that an admin can review and approve outlives its run, and a person outlives an address and an
 * employment. Locks: `sync_plan_items` is rewritten to become durable; it has rows only during a run.
 * `sync_runs` gets columns with constant defaults, which takes a moment.
 */
export class TrustedSync1764000000002 implements MigrationInterface {
  readonly name = "TrustedSync1764000000002";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(PLANS);
    await queryRunner.query(LEDGER);
    await queryRunner.query(FORMER);
    for (const table of FORMER_TABLES) await queryRunner.query(isolate(table));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table ${FORMER_TABLES.join(", ")}`);
    await queryRunner.query(`
      alter table planned_skips drop column work_email;
      alter table skipped_employees drop column work_email;
      delete from sync_plan_items;
      alter table sync_plan_items set unlogged;
      alter table sync_plan_items drop column before, drop constraint sync_plan_items_change_check;
      alter table sync_plan_items add constraint sync_plan_items_change_check check (change in ('ADD', 'CHANGE', 'LEAVE'));
      alter table sync_runs drop column dry, drop column approved_at, drop column plan_read_id, drop column plan_fingerprint;
    `);
  }
}

const FORMER_TABLES = ["former_emails", "former_employments"] as const;

const PLANS = `
  alter table sync_plan_items set logged;
  alter table sync_plan_items add column before jsonb;
  alter table sync_plan_items drop constraint sync_plan_items_change_check;
  -- ABSENT: missed for the first time; it becomes a LEAVE when an admin approves the plan.
  alter table sync_plan_items add constraint sync_plan_items_change_check
    check (change in ('ADD', 'CHANGE', 'LEAVE', 'ABSENT'));

  alter table sync_runs
    add column dry boolean not null default false,
    add column approved_at timestamptz,
    add column plan_read_id uuid,
    add column plan_fingerprint text;
`;

const LEDGER = `
  -- Support searches by the address of a person who cannot be found.
  alter table planned_skips add column work_email text collate "C";
  alter table skipped_employees add column work_email text collate "C";
  create index skipped_employees_work_email_idx on skipped_employees (tenant_id, work_email);
`;

const FORMER = `
  -- Former addresses: they find their person until another person has them.
  create table former_emails (
    tenant_id text collate "C" not null,
    email text collate "C" not null,
    person_id uuid not null,
    until timestamptz not null,
    constraint former_emails_pkey primary key (tenant_id, email, person_id),
    constraint former_emails_person_fkey foreign key (tenant_id, person_id) references people (tenant_id, id)
  );

  -- Employments that ended before a rehire. Personio keeps their records, under ids that no current person has.
  create table former_employments (
    tenant_id text collate "C" not null,
    personio_id text collate "C" not null,
    person_id uuid not null,
    hire_date date,
    termination_date date,
    constraint former_employments_pkey primary key (tenant_id, personio_id),
    constraint former_employments_person_fkey foreign key (tenant_id, person_id) references people (tenant_id, id)
  );
`;

const isolate = (table: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant_isolation on ${table}
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;
