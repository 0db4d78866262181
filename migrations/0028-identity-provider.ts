import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: an identity provider sends its users and groups over SCIM, with a token of the company. Providers look
 * for one value of one attribute, so each filterable attribute has a column and an index. Texts in those
 * columns have a limit in bytes, which the service checks before it writes. Locks: none, every table is new.
 * The version before keeps working: it knows none of them.
 */
export class IdentityProvider1764000000028 implements MigrationInterface {
  readonly name = "IdentityProvider1764000000028";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [USERS, GROUPS, TOKENS]) await queryRunner.query(statements);
    for (const table of TABLES) await queryRunner.query(isolate(table));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table ${[...TABLES].reverse().join(", ")}`);
  }
}

const TABLES = ["idp_users", "idp_user_emails", "idp_groups", "idp_group_members", "scim_tokens"] as const;

const isolate = (table: string): string => `
  alter table ${table} enable row level security, force row level security;
  create policy tenant_isolation on ${table}
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on ${table} to people_app;
`;

// A column `…_key` is the text in the form in which SCIM compares it: NFC and lower case.
const USERS = `
  create table idp_users (
    tenant_id text collate "C" not null,
    id uuid not null,
    user_name text not null,
    user_name_key text collate "C" not null,
    external_id text collate "C",
    display_name_key text collate "C",
    -- The address that matches a person, in the form of people.work_email.
    email text collate "C",
    active boolean not null,
    -- As sent, with canonical attribute names.
    resource jsonb not null,
    -- What the identity provider says about fields of a person. A missing key: it does not have the field.
    offered jsonb not null,
    -- The same id as in offered, for an index. It may name a user that does not exist.
    supervisor_id uuid,
    version integer not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    constraint idp_users_pkey primary key (tenant_id, id),
    constraint idp_users_user_name_key unique (tenant_id, user_name_key),
    constraint idp_users_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  create index idp_users_external_id_idx on idp_users (tenant_id, external_id);
  create index idp_users_display_name_idx on idp_users (tenant_id, display_name_key);
  create index idp_users_email_idx on idp_users (tenant_id, email);
  create index idp_users_supervisor_idx on idp_users (tenant_id, supervisor_id);
  create index idp_users_created_at_idx on idp_users (tenant_id, created_at, id);

  -- The addresses of resource.emails, for filters.
  create table idp_user_emails (
    tenant_id text collate "C" not null,
    user_id uuid not null,
    place integer not null,
    value_key text collate "C" not null,
    type_key text collate "C",
    constraint idp_user_emails_pkey primary key (tenant_id, user_id, place),
    constraint idp_user_emails_user_fkey foreign key (tenant_id, user_id) references idp_users (tenant_id, id)
      on delete cascade
  );
  create index idp_user_emails_value_idx on idp_user_emails (tenant_id, value_key, user_id);
`;

const GROUPS = `
  create table idp_groups (
    tenant_id text collate "C" not null,
    id uuid not null,
    display_name text not null,
    display_name_key text collate "C" not null,
    external_id text collate "C",
    -- As sent, without the members.
    resource jsonb not null,
    version integer not null,
    created_at timestamptz not null,
    modified_at timestamptz not null,
    constraint idp_groups_pkey primary key (tenant_id, id),
    constraint idp_groups_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  create index idp_groups_display_name_idx on idp_groups (tenant_id, display_name_key);
  create index idp_groups_external_id_idx on idp_groups (tenant_id, external_id);
  create index idp_groups_created_at_idx on idp_groups (tenant_id, created_at, id);

  create table idp_group_members (
    tenant_id text collate "C" not null,
    group_id uuid not null,
    user_id uuid not null,
    constraint idp_group_members_pkey primary key (tenant_id, group_id, user_id),
    constraint idp_group_members_group_fkey foreign key (tenant_id, group_id) references idp_groups (tenant_id, id)
      on delete cascade,
    constraint idp_group_members_user_fkey foreign key (tenant_id, user_id) references idp_users (tenant_id, id)
      on delete cascade
  );
  create index idp_group_members_user_idx on idp_group_members (tenant_id, user_id, group_id);
`;

const TOKENS = `
  create table scim_tokens (
    tenant_id text collate "C" not null,
    id uuid not null,
    -- SHA-256, as in service_tokens.
    token_hash bytea not null,
    hint text collate "C" not null,
    -- An actor: kind, subject, email. The email is personal data.
    created_by jsonb not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    constraint scim_tokens_pkey primary key (tenant_id, id),
    constraint scim_tokens_token_hash_key unique (tenant_id, token_hash),
    constraint scim_tokens_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
`;
