import type { MigrationInterface, QueryRunner } from "typeorm";

/**
 * Why: after a restore of a backup, a cursor of the lost events must not match other events. A fact that is
 * emitted again must have its former id. So each event has a random stamp, which only its own cursor
 * contains; the log has epochs; and ids are derived from facts. Locks: `lifecycle_events` for a moment
 * (nullable columns and a constant default); `lifecycle_streams`, one row per company, is rewritten. The
 * version before this one keeps working: its events have no stamp, and their cursors stay valid.
 */
export class EpochsOfTheLog1764000000014 implements MigrationInterface {
  readonly name = "EpochsOfTheLog1764000000014";

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [COLUMNS, FACTS, DIGEST, HOME]) await queryRunner.query(statements);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      drop function lifecycle_home();
      drop function lifecycle_digest(text, text);
      drop table lifecycle_facts;
      alter table lifecycle_events drop column stamp, drop column fact, drop column ordinal;
      alter table lifecycle_streams drop column epochs, drop column pruned_stamp, drop column written_in, drop column salt;
    `);
  }
}

const COLUMNS = `
  alter table lifecycle_streams
    -- The epochs of the log: each begins after an event. A restore begins a new one.
    add column epochs jsonb not null default '[{"epoch": 0, "after": 0}]',
    -- The stamp of the last event that was pruned.
    add column pruned_stamp bigint,
    -- The database that wrote the log last, by lifecycle_home(): another value means a restore.
    add column written_in text,
    -- Ids of events are keyed digests: without the key, a reader cannot guess what changed from an id.
    add column salt text collate "C" not null default gen_random_uuid()::text;

  alter table lifecycle_events
    -- Random: an event that is emitted again after a restore has another one.
    add column stamp bigint,
    -- A keyed digest of the reported fact and of how often it was emitted before.
    add column fact uuid,
    add column ordinal integer not null default 0;
`;

const FACTS = `
  -- How often a fact with pruned events was emitted: its next event needs a new id.
  create table lifecycle_facts (
    tenant_id text collate "C" not null,
    person_id uuid not null,
    kind text collate "C" not null,
    fact uuid not null,
    ordinal integer not null,
    constraint lifecycle_facts_pkey primary key (tenant_id, person_id, kind, fact),
    constraint lifecycle_facts_tenant_fkey foreign key (tenant_id) references tenants (id)
  );
  alter table lifecycle_facts enable row level security;
  alter table lifecycle_facts force row level security;
  create policy tenant_isolation on lifecycle_facts
    using (tenant_id = nullif(current_setting('app.tenant', true), ''));
  grant select, insert, update, delete on lifecycle_facts to people_app;
`;

// Two rounds, as in HMAC, and the form of a UUID of version 8 (RFC 9562).
const DIGEST = `
  create function lifecycle_digest(salt text, message text) returns uuid
  language sql immutable strict parallel safe as $$
    select (substr(hex, 1, 12) || '8' || substr(hex, 14, 3)
      || substr('89ab', 1 + (('x' || substr(hex, 17, 1))::bit(4)::int & 3), 1) || substr(hex, 18, 15))::uuid
    from (select encode(sha256(convert_to(salt, 'UTF8') || sha256(convert_to(salt || message, 'UTF8'))), 'hex') as hex) digest
  $$;
`;

// A restored dump is in other tables, in another database or in another cluster; a base backup continues on
// another timeline.
const HOME = `
  create function lifecycle_home() returns text language plpgsql stable as $$
  declare
    cluster text := '';
    timeline text := '';
  begin
    begin
      select system_identifier::text into cluster from pg_control_system();
    exception when others then null; -- Not allowed, or not offered, by this provider.
    end;
    begin
      timeline := left(pg_walfile_name(pg_current_wal_insert_lsn()), 8);
    exception when others then null;
    end;
    return concat_ws('/', cluster, timeline,
      (select oid from pg_database where datname = current_database()), 'lifecycle_events'::regclass::oid);
  end $$;
`;
