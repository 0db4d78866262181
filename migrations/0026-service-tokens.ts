import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: programs, and companies without an identity provider, authenticate with tokens of the service itself.
 * Runs store who requested them and who decided about their plan. Locks: one table is new; the columns of
 * `sync_runs` have no default, so they change the catalogue only. The version before keeps working: it
 * neither reads nor writes them.
 */
export class ServiceTokens1764000000026 implements MigrationInterface {
  readonly name = "ServiceTokens1764000000026";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [TOKENS, ACTORS]) await queryRunner.query(statements);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table sync_runs drop column requested_by, drop column wanted_by, drop column decided_by;
      drop table service_tokens;
    `);
  }
}

const TOKENS = `
  create table service_tokens (
    tenant_id text collate "C" not null,
    id uuid not null,
    name text collate "C" not null,
    scopes text[] not null,
    -- SHA-256. The token is random, so a slow hash would protect nothing.
    token_hash bytea not null,
    hint text collate "C" not null,
    -- An actor: kind, subject, email. The email is personal data.
    created_by jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    constraint service_tokens_pkey primary key (tenant_id, id),
    constraint service_tokens_name_key unique (tenant_id, name),
    constraint service_tokens_token_hash_key unique (tenant_id, token_hash),
    constraint service_tokens_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  alter table service_tokens enable row level security;
  alter table service_tokens force row level security;
  create policy tenant_isolation on service_tokens
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on service_tokens to people_app;
`;

// Null: a run of the version before.
const ACTORS = `
  alter table sync_runs
    add column requested_by jsonb,
    -- Who requested the FULL run that follows this one (see wanted_trigger).
    add column wanted_by jsonb,
    -- Who approved or rejected the plan last.
    add column decided_by jsonb;
`;
