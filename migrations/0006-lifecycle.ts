import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: durable rows for lifecycle events and due dates of people; and the fallback approver for people
 * without one in their reporting line. Locks: new tables, and a column without a default on `offices`, which
 * takes a moment.
 */
export class Lifecycle1764000000006 implements MigrationInterface {
  readonly name = "Lifecycle1764000000006";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [EVENTS, DATES, APPROVERS]) await queryRunner.query(statements);
    for (const table of TABLES) await queryRunner.query(isolate(table));
    await queryRunner.query(DUE);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function lifecycle_due_tenants(text[], timestamptz);
      drop table ${[...TABLES].reverse().join(", ")};
      alter table offices drop column guessed_time_zone;
    `);
  }
}

const TABLES = [
  "lifecycle_streams",
  "lifecycle_events",
  "lifecycle_turns",
  "lifecycle_kinds",
  "lifecycle_offsets",
  "fallback_approvers",
] as const;

const EVENTS = `
  -- One row per tenant: the position of its event log. An append locks it until the commit, so that numbers have no
  -- gaps and become visible in order: a sequence would show 8 before 7, and a reader after 8 would never see 7.
  create table lifecycle_streams (
    tenant_id text collate "C" not null,
    last_seq bigint not null default 0,
    -- Events up to this one are pruned.
    pruned_seq bigint not null default 0,
    -- When the first sync was applied: nothing fires for a date before that day.
    baselined_at timestamptz not null,
    -- Kinds whose date the credential may no longer read.
    unreadable_kinds text[] not null default '{}',
    constraint lifecycle_streams_pkey primary key (tenant_id),
    constraint lifecycle_streams_tenant_fkey foreign key (tenant_id) references tenants (id)
  );

  -- The events, in order. Never updated; deleted when too old.
  create table lifecycle_events (
    tenant_id text collate "C" not null,
    seq bigint not null,
    id uuid not null,
    kind text collate "C" not null,
    person_id uuid not null,
    -- Personio's id of the employment: a rehire starts a new one.
    personio_id text collate "C" not null,
    occurs_on date not null,
    offset_days integer not null default 0,
    -- 0 for the first event; further events of the same day count up.
    revision integer not null default 0,
    change text collate "C",
    supersedes uuid,
    years integer,
    changed_fields text[],
    late boolean not null default false,
    -- The person's units at that time: a filter has the same result at every replay.
    department_id uuid,
    office_id uuid,
    emitted_at timestamptz not null,
    constraint lifecycle_events_pkey primary key (tenant_id, seq),
    constraint lifecycle_events_id_key unique (tenant_id, id),
    constraint lifecycle_events_natural_key unique (tenant_id, person_id, kind, occurs_on, offset_days, revision),
    constraint lifecycle_events_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint lifecycle_events_kind_check check (kind in ('HIRE_DATE', 'PROBATION_END', 'CONTRACT_END_DATE',
      'TERMINATION_DATE', 'WORK_ANNIVERSARY', 'BIRTHDAY', 'PERSON_ADDED', 'PERSON_CHANGED', 'SUPERVISOR_CHANGED',
      'PERSON_LEFT', 'PERSON_RETURNED')),
    constraint lifecycle_events_change_check check (change in ('RESCHEDULED', 'CANCELLED'))
  );
  create index lifecycle_events_emitted_at_idx on lifecycle_events (tenant_id, emitted_at);
`;

const DATES = `
  -- The last day whose dates were processed, by zone.
  create table lifecycle_turns (
    tenant_id text collate "C" not null,
    time_zone text collate "C" not null,
    turned_on date not null,
    constraint lifecycle_turns_pkey primary key (tenant_id, time_zone),
    constraint lifecycle_turns_tenant_fkey foreign key (tenant_id) references tenants (id)
  );

  -- Kinds that were ever switched; all others are on.
  create table lifecycle_kinds (
    tenant_id text collate "C" not null,
    kind text collate "C" not null,
    enabled boolean not null,
    -- Days before it was switched on again do not fire.
    since timestamptz not null,
    constraint lifecycle_kinds_pkey primary key (tenant_id, kind),
    constraint lifecycle_kinds_tenant_fkey foreign key (tenant_id) references tenants (id)
  );

  -- Offsets in days before (negative) or after a date that fire too; the date itself always does.
  create table lifecycle_offsets (
    tenant_id text collate "C" not null,
    kind text collate "C" not null,
    offset_days integer not null,
    since timestamptz not null,
    constraint lifecycle_offsets_pkey primary key (tenant_id, kind, offset_days),
    constraint lifecycle_offsets_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint lifecycle_offsets_days_check check (offset_days between -180 and 180 and offset_days <> 0)
  );

  -- Guessed from the holiday calendars of an office's people; an admin sets time_zone.
  alter table offices add column guessed_time_zone text;
`;

const APPROVERS = `
  -- The fallback approver: of a department, or without one of the company.
  create table fallback_approvers (
    tenant_id text collate "C" not null,
    id uuid not null,
    department_id uuid,
    person_id uuid not null,
    constraint fallback_approvers_pkey primary key (tenant_id, id),
    constraint fallback_approvers_department_key unique nulls not distinct (tenant_id, department_id),
    constraint fallback_approvers_tenant_fkey foreign key (tenant_id) references tenants (id),
    constraint fallback_approvers_department_fkey foreign key (tenant_id, department_id)
      references departments (tenant_id, id) on delete cascade,
    constraint fallback_approvers_person_fkey foreign key (tenant_id, person_id) references people (tenant_id, id)
  );
`;

// It runs with the rights of its caller and visits one tenant after the other, as directory_figures does.
const DUE = `
  create function lifecycle_due_tenants(tenants text[], at timestamptz) returns setof text
  language plpgsql as $$
  declare
    tenant text;
  begin
    foreach tenant in array tenants loop
      perform set_config('app.tenant', tenant, true);
      if exists (
        select from lifecycle_streams, (
          select t.time_zone from tenants t
          union select coalesce(o.time_zone, o.guessed_time_zone) from offices o
        ) zones
        where zones.time_zone is not null and not exists (
          select from lifecycle_turns turn
          where turn.time_zone = zones.time_zone and turn.turned_on >= (at at time zone zones.time_zone)::date)
      ) then
        return next tenant;
      end if;
    end loop;
    perform set_config('app.tenant', '', true);
  end $$;
`;

const isolate = (table: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant_isolation on ${table}
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;
