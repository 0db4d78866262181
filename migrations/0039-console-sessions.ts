import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: people sign in at the console, and the service keeps their sessions. Locks: none, the table is new.
 * The version before keeps working: it knows no session, so it refuses the console's requests.
 */
export class ConsoleSessions1764000000039 implements MigrationInterface {
  readonly name = "ConsoleSessions1764000000039";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(SESSIONS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("drop table console_sessions");
  }
}

const SESSIONS = `
  create table console_sessions (
    tenant_id text collate "C" not null,
    -- SHA-256 of the id in the cookie. The id is random, so a slow hash would protect nothing.
    id_hash bytea not null,
    subject text collate "C" not null,
    -- Personal data, in the form of people.work_email.
    email text collate "C",
    scopes text[] not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- Each use moves it forward.
    idle_until timestamptz not null,
    constraint console_sessions_pkey primary key (tenant_id, id_hash),
    constraint console_sessions_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  create index console_sessions_subject_idx on console_sessions (tenant_id, subject);
  alter table console_sessions enable row level security;
  alter table console_sessions force row level security;
  create policy tenant_isolation on console_sessions
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on console_sessions to people_app;
`;
