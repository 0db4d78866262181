import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: the login that serves owns nothing and has only the rights of `people_app`. Those rights now include
 * what needed ownership before: reading the list of migrations and the fingerprints of keys, using the
 * queue's tables, and refreshing statistics. Locks: `migrations` and `key_fingerprints`, for a moment. The
 * version before this one keeps working: its login owns the tables.
 */
export class ServingLogin1764000000027 implements MigrationInterface {
  readonly name = "ServingLogin1764000000027";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [TABLES_OF_NO_TENANT, STATISTICS, QUEUE]) await queryRunner.query(statements);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function refresh_statistics(text);
      do $$ begin
        if to_regnamespace('pgboss') is not null then
          revoke all on all tables in schema pgboss from people_app;
          revoke all on all sequences in schema pgboss from people_app;
          revoke all on schema pgboss from people_app;
        end if;
      end $$;
    `);
    for (const table of ["migrations", "key_fingerprints"])
      await queryRunner.query(`
        revoke all on ${table} from people_app;
        drop policy no_tenant on ${table};
        alter table ${table} no force row level security, disable row level security;
      `);
  }
}

/** A transaction that is bound to a tenant sees no row of these tables. */
const noTenant = (table: string): string => `
  alter table ${table} enable row level security, force row level security;
  create policy no_tenant on ${table}
    using (coalesce(current_setting('app.tenant', true), '') = '')
    with check (coalesce(current_setting('app.tenant', true), '') = '');
`;

const TABLES_OF_NO_TENANT = `
  ${noTenant("migrations")}
  grant select on migrations to people_app;
  ${noTenant("key_fingerprints")}
  grant select, insert on key_fingerprints to people_app;
`;

// Before version 17, Postgres lets only owners analyze a table. The columns are those in conditions and
// orders: texts and lists take as long again, and autovacuum analyzes them later. `skip_locked` avoids
// waiting for an analyze of another company.
const STATISTICS = `
  create function refresh_statistics(subject text) returns void
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  begin
    case subject
      when 'people' then
        analyze (skip_locked) public.people (tenant_id, id, personio_id, work_email, last_name, first_name, status,
          department_id, office_id, legal_entity_id, supervisor_id, employment_type, hire_date),
          public.person_words (tenant_id, word, person_id);
      when 'staging' then
        analyze (skip_locked) public.staged_employees (tenant_id, read_id, personio_id, work_email, record);
      when 'plan' then
        analyze (skip_locked) public.sync_plan_items (tenant_id, read_id, personio_id, change),
          public.planned_skips (tenant_id, read_id, personio_id, reason, field);
      when 'events' then
        analyze (skip_locked) public.lifecycle_events (tenant_id, id, person_id, kind, occurs_on, offset_days,
          supersedes);
    end case;
  end $$;
  revoke all on function refresh_statistics(text) from public;
  grant execute on function refresh_statistics(text) to people_app;
`;

// The queue's tables of earlier versions; a new database gets them, and the rights, after its migrations.
const QUEUE = `
  do $$ begin
    if to_regnamespace('pgboss') is not null then
      grant usage on schema pgboss to people_app;
      grant select, insert, update, delete on all tables in schema pgboss to people_app;
      grant usage on all sequences in schema pgboss to people_app;
    end if;
  end $$;
`;
