import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inTenant } from "../../../src/database/transaction.ts";
import { PLACES } from "../../../src/sync/wipe/places.ts";
import { wipeStaged } from "../../../src/sync/wipe/wipe-places.repository.ts";
import { createTestDatabase, type TestDatabase } from "../../support/test-database.ts";

/** Columns that say nothing about a single person, by table. A star: all columns that are not in PLACES. */
const NOTHING_OF_PEOPLE: Readonly<Record<string, readonly string[] | "*">> = {
  migrations: "*",
  key_fingerprints: "*",
  tenants: [
    "id",
    "time_zone",
    "synced_statuses",
    "synced_employment_types",
    "synced_legal_entity_ids",
    "leaver_guard_percent",
    "leaver_guard_people",
    "leap_day_rule",
  ],
  departments: "*",
  offices: "*",
  legal_entities: "*",
  field_settings: ["name", "sources", "sensitivity"],
  lifecycle_turns: "*",
  lifecycle_kinds: "*",
  lifecycle_offsets: "*",
  lifecycle_streams: [
    "last_seq",
    "pruned_seq",
    "baselined_at",
    "unreadable_kinds",
    "first_read_at",
    "epochs",
    "pruned_stamp",
    "written_in",
    "salt",
    "read_fields",
    "wipes",
    "readable_fields",
  ],
  personio_webhooks: "*",
  idp_groups: "*",
  people: ["stored_at"],
  person_sources: ["idp_version"],
  indexed_words: ["part"],
  former_emails: ["until"],
  former_employments: ["same_employment"],
  staged_employees: ["read_id"],
  translated_records: [],
  sync_plan_items: ["read_id", "change", "goes_on"],
  planned_skips: ["read_id", "reason", "field", "help", "has_left"],
  skipped_employees: ["reason", "field", "help", "first_seen_at", "has_left"],
  ledger_sightings: ["seen_at"],
  absent_people: ["since_run_id"],
  fallback_approvers: ["id", "department_id"],
  hook_events: ["claimed_by", "failures"],
  lifecycle_events: [
    "seq",
    "kind",
    "offset_days",
    "revision",
    "change",
    "changed_fields",
    "late",
    "stamp",
    "ordinal",
  ],
  lifecycle_facts: ["kind", "ordinal"],
  custom_attribute_definitions: ["type"],
  integrations: [
    "id",
    "status",
    "client_id",
    "sealed_secret",
    "secret_key_id",
    "connected_at",
    "last_succeeded_at",
    "problem_code",
    "problem_message",
    "problem_help",
    "problem_parameters",
    "attributes",
    "field_mapping",
    "preview_token",
    "failures_in_a_row",
    "last_attempt_at",
    "api_version",
    "org_version",
    "org_versions",
    "refusals",
    "not_before",
  ],
  idp_users: ["active", "withheld", "version", "created_at", "modified_at"],
  idp_user_emails: ["place", "type_key"],
  idp_group_members: ["group_id"],
  sync_runs: [
    "id",
    "mode",
    "trigger",
    "status",
    "attempt",
    "created_at",
    "started_at",
    "finished_at",
    "employees_read",
    "employees_total",
    "people_added",
    "people_changed",
    "people_unchanged",
    "people_left",
    "employees_skipped",
    "problem_code",
    "problem_message",
    "problem_help",
    "problem_parameters",
    "dry",
    "approved_at",
    "plan_read_id",
    "plan_fingerprint",
    "wanted_trigger",
    "plan_cleared",
  ],
  service_tokens: ["id", "name", "scopes", "token_hash", "hint", "created_at", "expires_at", "last_used_at"],
  directory_versions: ["version"],
  scim_tokens: ["id", "token_hash", "hint", "created_at", "last_used_at"],
  console_sessions: ["scopes", "created_at", "expires_at", "idle_until"],
};

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

type Column = { table: string; column: string };
const columns = (): Promise<Column[]> =>
  database.dataSource.query(
    `select c.table_name as table, c.column_name as column from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name <> 'tenant_id' order by 1, 2`,
  );
const places = PLACES.flatMap(({ table, columns: held }) => held.map((column) => ({ table, column })));
const isPlace = ({ table, column }: Column): boolean =>
  places.some((place) => place.table === table && place.column === column);

describe("the list of places", () => {
  test("each column of the database is a place, or is known to contain nothing about a person", async () => {
    const unknown = (await columns()).filter((place) => {
      const known = NOTHING_OF_PEOPLE[place.table];
      return !isPlace(place) && known !== "*" && !known?.includes(place.column);
    });
    expect(unknown).toEqual([]);
  });

  test("each place exists", async () => {
    const existing = await columns();
    expect(
      places.filter(({ table, column }) => !existing.some((c) => c.table === table && c.column === column)),
    ).toEqual([]);
  });
});

describe("a staged record", () => {
  const stage = (personioId: string, record: object) =>
    database.dataSource.query(
      `insert into staged_employees (tenant_id, read_id, personio_id, source_hash, record)
      values ('default', gen_random_uuid(), $1, 'hash', $2)`,
      [personioId, JSON.stringify(record)],
    );
  const staged = async (): Promise<Record<string, unknown>> => {
    const rows: { id: string; hash: string | null; record: unknown }[] = await database.dataSource.query(
      "select personio_id as id, source_hash as hash, record from staged_employees",
    );
    return Object.fromEntries(rows.map(({ id, hash, record }) => [id, { hash, record }]));
  };

  test("what a record does not have stays absent, and only what is unwanted goes", async () => {
    const unreadable = [{ field: "team", found: "a list" }];
    const kept = { personioId: "1", fields: { position: "Engineer" }, unreadable };
    const bare = { personioId: "2", fields: { position: "Engineer" } };
    const hidden = {
      personioId: "3",
      fields: { team: "A", customAttributes: { a: 1, b: 2 } },
      unreadable: [],
    };
    const unread = {
      ...kept,
      personioId: "4",
      unreadable: [...unreadable, { field: "costCenter", found: "a list" }],
    };
    for (const record of [kept, bare, hidden, unread]) await stage(record.personioId, record);
    await inTenant(database.dataSource, "default", (manager) =>
      wipeStaged(manager, { hidden: ["costCenter"], customKeys: ["a"] }),
    );
    expect(await staged()).toEqual({
      "1": { hash: "hash", record: kept },
      "2": { hash: "hash", record: bare },
      "3": { hash: null, record: { ...hidden, fields: { team: "A", customAttributes: { a: 1 } } } },
      "4": { hash: null, record: { ...unread, unreadable } },
    });
  });
});
