import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: Personio's webhooks report changed people, and we acknowledge an event by storing it. Locks: only new
 * tables.
 */
export class PersonioWebhooks1764000000005 implements MigrationInterface {
  readonly name = "PersonioWebhooks1764000000005";

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(WEBHOOKS);
    for (const table of TABLES) await queryRunner.query(isolate(table));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table ${TABLES.join(", ")}`);
  }
}

const TABLES = ["personio_webhooks", "hook_events"] as const;

const WEBHOOKS = `
  -- The address that Personio sends to, at most one per tenant, and the secret that authenticates Personio.
  create table personio_webhooks (
    tenant_id text collate "C" not null,
    -- Sealed in the address: a replaced address matches no row.
    id uuid not null,
    url text not null,
    -- SHA-256 of the secret. 256 random bits need no salt and no slow hash.
    secret_hash bytea not null,
    -- Personio's id of it; null when an admin creates it by hand.
    personio_id text collate "C",
    created_at timestamptz not null,
    last_received_at timestamptz,
    -- Events before this time have arrived, except for the time of a delivery.
    heard_until timestamptz not null,
    constraint personio_webhooks_pkey primary key (tenant_id),
    constraint personio_webhooks_tenant_fkey foreign key (tenant_id) references tenants (id)
  );

  -- Records that Personio reported as changed and that are still to be read: one row each, however many events.
  create table hook_events (
    tenant_id text collate "C" not null,
    personio_id text collate "C" not null,
    -- The last run that claimed it. Another event resets this, because the run may have read too early.
    claimed_by uuid,
    constraint hook_events_pkey primary key (tenant_id, personio_id),
    constraint hook_events_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
`;

const isolate = (table: string): string => `
  alter table ${table} enable row level security;
  alter table ${table} force row level security;
  create policy tenant_isolation on ${table}
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;
