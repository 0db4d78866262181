import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: the directory, the Personio account that it comes from, and the runs that import it. Locks: none that
 * matter, every table is new.
 *
 * Rules for every tenant table:
 * - `tenant_id` leads every key and every index, and foreign keys are composite. Postgres checks foreign keys
 *   without row-level security, so a plain `references people (id)` could point into another company.
 * - Row-level security is enabled and forced. The application works as `people_app`, which owns nothing; a
 *   connection without a tenant sees no row.
 * - Text with check constraints replaces enums: equality on a native enum is not leakproof, and under
 *   row-level security only leakproof operators may use an index.
 */
export class PeopleDirectory1764000000001 implements MigrationInterface {
  readonly name = "PeopleDirectory1764000000001";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [ROLE, COLLATION, TENANTS, ORG, PEOPLE, INTEGRATION, SYNC]) {
      await queryRunner.query(statements);
    }
    for (const table of TENANT_TABLES) await queryRunner.query(isolate(table, "tenant_id"));
    await queryRunner.query(isolate("tenants", "id"));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table ${[...TENANT_TABLES].reverse().join(", ")}, tenants`);
    await queryRunner.query("drop collation person_name");
  }
}

const TENANT_TABLES = [
  "departments",
  "offices",
  "legal_entities",
  "custom_attribute_definitions",
  "people",
  "person_words",
  "integrations",
  "sync_runs",
  "staged_employees",
  "sync_plan_items",
  "planned_skips",
  "absent_people",
  "skipped_employees",
] as const;

// Roles belong to the whole cluster: another database's migration may create this one at the same moment.
const ROLE = `
  do $$ begin
    if not exists (select from pg_roles where rolname = 'people_app') then
      create role people_app nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$;
  do $$ begin
    -- An administrator may have created and granted the role for a login that may not grant it itself.
    if not pg_has_role('people_app', case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) then
      execute format('grant people_app to %I', current_user);
    end if;
  exception when unique_violation then null;
  end $$;
  grant usage on schema public to people_app;
`;

// One collation for every company and every operating system, so that a cursor has the same meaning on each
// replica.
const COLLATION = "create collation person_name (provider = icu, locale = 'und')";

const TENANTS = `
  create table tenants (
    id text collate "C" not null,
    time_zone text not null default 'UTC',
    synced_statuses text[] not null default '{ONBOARDING,ACTIVE,LEAVE}',
    leaver_guard_percent double precision not null default 10,
    leaver_guard_people integer not null default 5,
    leap_day_rule text not null default 'FEBRUARY_28',
    constraint tenants_pkey primary key (id),
    constraint tenants_leap_day_rule_check check (leap_day_rule in ('FEBRUARY_28', 'MARCH_1'))
  );
`;

const ORG = ["departments", "offices", "legal_entities"]
  .map(
    (table) => `
  create table ${table} (
    tenant_id text collate "C" not null,
    id uuid not null,
    personio_id text collate "C" not null,
    name text collate person_name not null,
    ${table === "offices" ? "time_zone text," : ""}
    constraint ${table}_pkey primary key (tenant_id, id),
    constraint ${table}_personio_id_key unique (tenant_id, personio_id),
    constraint ${table}_tenant_fkey foreign key (tenant_id) references tenants (id)
  );`,
  )
  .join("\n");

const PEOPLE = `
  create table custom_attribute_definitions (
    tenant_id text collate "C" not null,
    key text collate "C" not null,
    label text not null,
    type text not null,
    constraint custom_attribute_definitions_pkey primary key (tenant_id, key),
    constraint custom_attribute_definitions_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint custom_attribute_definitions_type_check
      check (type in ('TEXT', 'MULTILINE', 'NUMBER', 'DATE', 'LIST', 'TAGS', 'LINK'))
  );

  create table people (
    tenant_id text collate "C" not null,
    id uuid not null,
    personio_id text collate "C" not null,
    work_email text collate "C" not null,
    employee_id text,
    first_name text collate person_name not null,
    last_name text collate person_name not null,
    preferred_name text,
    display_name text not null,
    position text,
    department_id uuid,
    sub_company text,
    legal_entity_id uuid,
    office_id uuid,
    status text collate "C" not null,
    employment_type text collate "C",
    hire_date date,
    original_hire_date date,
    probation_end_date date,
    contract_end_date date,
    termination_date date,
    date_of_birth date,
    supervisor_id uuid,
    supervisor_personio_id text collate "C",
    custom_attributes jsonb not null default '{}',
    search_words text[] not null default '{}',
    constraint people_pkey primary key (tenant_id, id),
    constraint people_personio_id_key unique (tenant_id, personio_id),
    -- Deferred, because two people may swap addresses in one sync. Leavers keep theirs without blocking it.
    constraint people_work_email_excl exclude using btree (tenant_id with =, work_email with =)
      where (status <> 'INACTIVE') deferrable initially deferred,
    constraint people_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint people_department_fkey foreign key (tenant_id, department_id) references departments (tenant_id, id),
    constraint people_legal_entity_fkey foreign key (tenant_id, legal_entity_id)
      references legal_entities (tenant_id, id),
    constraint people_office_fkey foreign key (tenant_id, office_id) references offices (tenant_id, id),
    constraint people_supervisor_fkey foreign key (tenant_id, supervisor_id) references people (tenant_id, id)
      deferrable initially deferred,
    constraint people_status_check check (status in ('ONBOARDING', 'ACTIVE', 'LEAVE', 'INACTIVE')),
    constraint people_employment_type_check check (employment_type in ('INTERNAL', 'EXTERNAL'))
  );
  create index people_name_idx on people (tenant_id, last_name, first_name, id);
  create index people_work_email_idx on people (tenant_id, work_email);
  create index people_department_idx on people (tenant_id, department_id, last_name, first_name, id);
  create index people_office_idx on people (tenant_id, office_id, last_name, first_name, id);
  create index people_legal_entity_idx on people (tenant_id, legal_entity_id);
  create index people_supervisor_idx on people (tenant_id, supervisor_id, last_name, first_name, id);
  create index people_hire_date_idx on people (tenant_id, hire_date, last_name, first_name, id);
  create index people_supervisor_personio_id_idx on people (tenant_id, supervisor_personio_id);

  -- Every word that search finds a person by. A range over this btree is leakproof; ilike and trigrams are not.
  -- Without a foreign key: it is derived from people.search_words in the same statement's batch, and people are never deleted.
  -- Postgres keeps the plan of a foreign key's check for the session: made while people was still empty, it read the
  -- whole table for each of a first import's 600,000 words.
  create table person_words (
    tenant_id text collate "C" not null,
    word text collate "C" not null,
    person_id uuid not null,
    constraint person_words_pkey primary key (tenant_id, word, person_id)
  );
  -- For words that many people have: the query walks the directory in order and checks each person for the word.
  create index person_words_person_idx on person_words (tenant_id, person_id, word);
`;

const INTEGRATION = `
  create table integrations (
    tenant_id text collate "C" not null,
    id uuid not null,
    status text collate "C" not null,
    client_id text not null,
    sealed_secret text,
    secret_key_id text,
    connected_at timestamptz,
    last_succeeded_at timestamptz,
    problem_code text,
    problem_message text,
    problem_help text,
    attributes jsonb not null default '[]',
    field_mapping jsonb not null default '[]',
    preview jsonb,
    preview_token uuid,
    constraint integrations_pkey primary key (tenant_id, id),
    constraint integrations_tenant_key unique (tenant_id),
    constraint integrations_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint integrations_status_check
      check (status in ('AWAITING_REVIEW', 'CONNECTED', 'BROKEN', 'DISCONNECTED'))
  );
`;

const SYNC = `
  create table sync_runs (
    tenant_id text collate "C" not null,
    id uuid not null,
    mode text collate "C" not null,
    trigger text collate "C" not null,
    status text collate "C" not null,
    attempt integer not null default 0,
    created_at timestamptz not null default date_trunc('milliseconds', now()),
    started_at timestamptz,
    finished_at timestamptz,
    employees_read integer not null default 0,
    employees_total integer,
    people_added integer not null default 0,
    people_changed integer not null default 0,
    people_unchanged integer not null default 0,
    people_left integer not null default 0,
    employees_skipped integer not null default 0,
    problem_code text,
    problem_message text,
    problem_help text,
    constraint sync_runs_pkey primary key (tenant_id, id),
    constraint sync_runs_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint sync_runs_mode_check check (mode in ('FULL', 'INCREMENTAL')),
    constraint sync_runs_trigger_check check (trigger in ('SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK')),
    constraint sync_runs_status_check check (status in
      ('QUEUED', 'RUNNING', 'SUCCEEDED', 'SUCCEEDED_WITH_SKIPS', 'HELD', 'FAILED', 'REJECTED'))
  );
  create index sync_runs_created_at_idx on sync_runs (tenant_id, created_at, id);
  -- One run per tenant at a time: another request finds the running one.
  create unique index sync_runs_under_way_key on sync_runs (tenant_id) where status in ('QUEUED', 'RUNNING');

  -- The result of one read of Personio, translated. Unlogged: after a crash the read restarts anyway.
  create unlogged table staged_employees (
    tenant_id text collate "C" not null,
    read_id uuid not null,
    personio_id text collate "C" not null,
    work_email text collate "C",
    status text collate "C",
    record jsonb not null,
    constraint staged_employees_pkey primary key (tenant_id, read_id, personio_id)
  );
  create index staged_employees_work_email_idx on staged_employees (tenant_id, read_id, work_email);

  -- The plan of a run: one row per person that would change. Nothing here is served as the directory.
  create unlogged table sync_plan_items (
    tenant_id text collate "C" not null,
    read_id uuid not null,
    personio_id text collate "C" not null,
    change text collate "C" not null,
    person_id uuid not null,
    after jsonb,
    constraint sync_plan_items_pkey primary key (tenant_id, read_id, personio_id),
    constraint sync_plan_items_change_check check (change in ('ADD', 'CHANGE', 'LEAVE'))
  );

  -- The skip ledger after the run, merged into skipped_employees when the run is applied.
  create unlogged table planned_skips (
    tenant_id text collate "C" not null,
    read_id uuid not null,
    personio_id text collate "C" not null,
    reason text collate "C" not null,
    field text collate "C" not null default '',
    name text,
    message text not null,
    help text not null,
    constraint planned_skips_pkey primary key (tenant_id, read_id, personio_id, reason, field)
  );

  -- People that the last complete run did not find: only a second one in a row makes them leavers.
  create table absent_people (
    tenant_id text collate "C" not null,
    person_id uuid not null,
    since_run_id uuid not null,
    constraint absent_people_pkey primary key (tenant_id, person_id),
    constraint absent_people_person_fkey foreign key (tenant_id, person_id) references people (tenant_id, id),
    constraint absent_people_run_fkey foreign key (tenant_id, since_run_id) references sync_runs (tenant_id, id)
  );

  -- Employees missing or incomplete in the directory, with the reason (the skip ledger).
  create table skipped_employees (
    tenant_id text collate "C" not null,
    personio_id text collate "C" not null,
    reason text collate "C" not null,
    field text collate "C" not null default '',
    name text,
    message text not null,
    help text not null,
    first_seen_at timestamptz not null,
    constraint skipped_employees_pkey primary key (tenant_id, personio_id, reason, field),
    constraint skipped_employees_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint skipped_employees_reason_check check (reason in ('MISSING_WORK_EMAIL', 'STATUS_EXCLUDED',
      'DUPLICATE_WORK_EMAIL', 'INVALID_RECORD', 'AMBIGUOUS_REHIRE', 'SUPERVISOR_NOT_SYNCED', 'SUPERVISOR_CYCLE'))
  );
`;

/** Row-level security for one table: only the rows of the tenant that the transaction is bound to. */
const isolate = (table: string, tenantColumn: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant_isolation on ${table}
    using (${tenantColumn} = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;
