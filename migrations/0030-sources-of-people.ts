import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: a field of a person can come from the identity provider. `people` has the value that won. Another
 * table has Personio's value, the source that won, and since when. So Personio's value can be restored at
 * once. Only people with a second source have a row. Locks: `people`, `lifecycle_streams`, `sync_runs` and
 * `sync_plan_items`, for a moment: the new columns change the catalogue only, and the checks read two small
 * tables. The version before keeps working: it does not know the columns. It takes the stored values for
 * Personio's, so the revert makes the next run compare these people in full.
 */
export class SourcesOfPeople1764000000030 implements MigrationInterface {
  readonly name = "SourcesOfPeople1764000000030";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SOURCES);
    await queryRunner.query(PLANS);
    await queryRunner.query(triggers("'SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK', 'SETTINGS'"));
    await queryRunner.query(`
      -- The fields of a record that the last full run could read; null until a version that stores them has run.
      alter table lifecycle_streams add column readable_fields text[];
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      -- The owner of the tables would see no row of them either.
      alter table people no force row level security;
      alter table person_sources no force row level security;
      alter table sync_runs no force row level security;
      alter table sync_plan_items no force row level security;
      update people p set source_hash = null from person_sources s
        where s.tenant_id = p.tenant_id and s.person_id = p.id;
      update sync_runs set trigger = 'MANUAL' where trigger = 'SETTINGS';
      update sync_runs set wanted_trigger = 'MANUAL' where wanted_trigger = 'SETTINGS';
      delete from sync_plan_items where change = 'SOURCES';
      set constraints all immediate;
      alter table people force row level security, drop column stored_at;
      alter table sync_runs force row level security;
      alter table sync_plan_items force row level security, drop column losing,
        drop constraint sync_plan_items_change_check,
        add constraint sync_plan_items_change_check check (change in ('ADD', 'CHANGE', 'LEAVE', 'ABSENT'));
      drop table person_sources;
      alter table lifecycle_streams drop column readable_fields;
    `);
    await queryRunner.query(triggers("'SETUP', 'MANUAL', 'SCHEDULE', 'WEBHOOK'"));
  }
}

const SOURCES = `
  -- Since when a field that only ever came from Personio does so.
  alter table people add column stored_at timestamptz default now() not null;

  create table person_sources (
    tenant_id text collate "C" not null,
    person_id uuid not null,
    -- The matched user; without a foreign key, because the user may be gone before the person is merged again.
    idp_user_id uuid,
    -- The version of that user that the person was merged with.
    idp_version integer,
    -- What Personio says in fields that another source wins.
    personio jsonb not null,
    -- The same for the department. Ids of Personio's may move, ours stay.
    personio_department_id uuid,
    -- By field: the source that won, and since when.
    winners jsonb not null,
    constraint person_sources_pkey primary key (tenant_id, person_id),
    constraint person_sources_person_fkey foreign key (tenant_id, person_id) references people (tenant_id, id),
    constraint person_sources_department_fkey foreign key (tenant_id, personio_department_id)
      references departments (tenant_id, id)
  );
  create index person_sources_idp_user_idx on person_sources (tenant_id, idp_user_id);
  create index person_sources_department_idx on person_sources (tenant_id, personio_department_id)
    where personio_department_id is not null;
  alter table person_sources enable row level security;
  alter table person_sources force row level security;
  create policy tenant_isolation on person_sources
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on person_sources to people_app;
`;

const PLANS = `
  -- What Personio says in fields that another source wins by this plan; null for most people.
  alter table sync_plan_items add column losing json;
  -- SOURCES: only what a losing source says changes, so an admin does not see the item.
  alter table sync_plan_items drop constraint sync_plan_items_change_check,
    add constraint sync_plan_items_change_check check (change in ('ADD', 'CHANGE', 'LEAVE', 'ABSENT', 'SOURCES'));
`;

const triggers = (values: string): string => `
  alter table sync_runs drop constraint sync_runs_trigger_check, drop constraint sync_runs_wanted_trigger_check,
    add constraint sync_runs_trigger_check check (trigger in (${values})),
    add constraint sync_runs_wanted_trigger_check check (wanted_trigger in (${values}));
`;
