import { readdir } from "node:fs/promises";
import "reflect-metadata";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkIsolation } from "../src/database/check-isolation.ts";
import { migrate, revertMigration } from "../src/database/migrate.ts";
import { inTenant } from "../src/database/transaction.ts";
import { ENTITIES } from "../src/entities.ts";
import { MIGRATIONS } from "../src/service-database.ts";
import { findSchemaDrift } from "./support/schema-drift.ts";
import { createTestDatabase, type TestDatabase } from "./support/test-database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase({ template: "template1" });
  await migrate(database.url, MIGRATIONS);
});

afterAll(() => database[Symbol.asyncDispose]());

/**
 * Without three tables: TypeORM owns the list of migrations, the id of `tenants` is the tenant's, and key
 * fingerprints belong to the installation.
 */
const TENANT_TABLES =
  "relname not in ('migrations', 'tenants', 'key_fingerprints') and relkind = 'r' and relnamespace = 'public'::regnamespace";

const list = async (query: string): Promise<string[]> =>
  (await database.dataSource.query(query)).map(({ name }: { name: string }) => name);

/** The columns of a database, for comparison. */
const describeTables = (dataSource: DataSource): Promise<unknown> =>
  dataSource.query(
    `select table_name, column_name, data_type, is_nullable, collation_name, column_default from information_schema.columns
     where table_schema = 'public' order by 1, 2`,
  );

describe("the migrations", () => {
  test("every migration is found by its file name, in the order of the numbers", async () => {
    const files = (await readdir("migrations")).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(9);
    const numbers = files.sort().map((name) => Number.parseInt(name, 10));
    expect(MIGRATIONS.map(({ name }) => Number(name.slice(-4)))).toEqual(numbers);
  });

  test("the migrations build exactly what the entities declare", async () => {
    expect(await findSchemaDrift(database.url, ENTITIES)).toEqual([]);
  });

  test("all migrations can be reverted and run again", async () => {
    await using other = await createTestDatabase({ template: "template1" });
    await migrate(other.url, MIGRATIONS);
    const before = await describeTables(other.dataSource);
    for (const _ of MIGRATIONS) await revertMigration(other.url, MIGRATIONS);
    const left = await other.dataSource.query(
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'",
    );
    expect(left).toEqual([{ relname: "migrations" }]);
    await migrate(other.url, MIGRATIONS);
    expect(await describeTables(other.dataSource)).toEqual(before);
  });
});

test("the migration makes ungranted fields undecided, and keeps fields that an admin may have hidden", async () => {
  await using other = await createTestDatabase({ template: "template1" });
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name.startsWith("UndecidedFields")),
  );
  await migrate(other.url, before);
  const mapping = (rows: Record<string, string | null>) =>
    JSON.stringify(
      Object.entries(rows).map(([personField, personioAttribute]) => ({ personField, personioAttribute })),
    );
  const granted = [
    { key: "position", label: "Position", universalId: "position" },
    { key: "dynamic_1", label: "Geburtstag", universalId: "date_of_birth" },
    { key: "dynamic_2", label: " Personalnummer", universalId: null },
  ];
  await other.dataSource.query("insert into tenants (id) values ('acme')");
  await other.dataSource.query(
    `insert into integrations (tenant_id, id, status, client_id, attributes, field_mapping)
      values ('acme', gen_random_uuid(), 'DISCONNECTED', 'client', $1, $2)`,
    [
      JSON.stringify(granted),
      mapping({
        workEmail: "email",
        supervisor: null,
        position: null,
        dateOfBirth: null,
        employeeId: null,
        office: null,
        customAttributes: null,
      }),
    ],
  );
  await migrate(other.url, MIGRATIONS);
  const [row] = await other.dataSource.query("select field_mapping as rows from integrations");
  expect(row.rows).toEqual(
    JSON.parse(
      mapping({
        workEmail: "email",
        position: null,
        dateOfBirth: null,
        employeeId: null,
        customAttributes: null,
      }),
    ),
  );
});

test("a transaction of a tenant sees neither keys nor migrations, and the application role changes neither", async () => {
  const { dataSource } = database;
  await dataSource.query("insert into key_fingerprints (fingerprint, key_id) values ('f', '1')");
  const count =
    "select (select count(*)::int from key_fingerprints) as keys, (select count(*)::int from migrations) as migrations";
  const bound = await inTenant(dataSource, "acme", (manager) => manager.query(count));
  expect(bound).toEqual([{ keys: 0, migrations: 0 }]);
  const free = await inTenant(dataSource, "", (manager) => manager.query(count));
  expect(free).toEqual([{ keys: 1, migrations: MIGRATIONS.length }]);
  const [row] = await dataSource.query(
    `select has_table_privilege('people_app', 'key_fingerprints', 'update, delete') as keys,
      has_table_privilege('people_app', 'migrations', 'insert, update, delete') as migrations`,
  );
  expect(row).toEqual({ keys: false, migrations: false });
});

test("the migration marks held runs without a plan as superseded", async () => {
  await using other = await createTestDatabase({ template: "template1" });
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name.startsWith("KeysAndHolds")),
  );
  await migrate(other.url, before);
  await other.dataSource.query("insert into tenants (id) values ('acme')");
  await other.dataSource.query(
    `insert into sync_runs (tenant_id, id, mode, trigger, status, plan_read_id) values
      ('acme', gen_random_uuid(), 'FULL', 'MANUAL', 'HELD', null),
      ('acme', gen_random_uuid(), 'FULL', 'MANUAL', 'HELD', gen_random_uuid()),
      ('acme', gen_random_uuid(), 'FULL', 'MANUAL', 'FAILED', null)`,
  );
  await migrate(other.url, MIGRATIONS);
  const rows = await other.dataSource.query("select status from sync_runs order by status");
  expect(rows.map(({ status }: { status: string }) => status)).toEqual(["FAILED", "HELD", "SUPERSEDED"]);
});

describe("tables of tenants", () => {
  test("every entity except two has a table of tenants", async () => {
    const tables = await list(`select relname as name from pg_class where ${TENANT_TABLES}`);
    expect(tables.length).toBe(ENTITIES.length - 2);
  });

  test("every table has row-level security enabled and forced, with a policy that names the tenant", async () => {
    const open = await list(`
      select relname as name from pg_class table_ where ${TENANT_TABLES} and not (
        relrowsecurity and relforcerowsecurity
        and exists (select from pg_policy where polrelid = table_.oid
          and pg_get_expr(polqual, polrelid) like '%tenant_id = NULLIF(current_setting(''app.tenant''%'))`);
    expect(open).toEqual([]);
    await checkIsolation(database.dataSource);
  });

  test("every table has a tenant_id that is never null", async () => {
    const without = await list(`
      select relname as name from pg_class where ${TENANT_TABLES} and not exists (
        select from pg_attribute where attrelid = pg_class.oid and attname = 'tenant_id' and attnotnull)`);
    expect(without).toEqual([]);
  });

  test("tenant_id leads every key, unique constraint and index", async () => {
    const others = await list(`
      select index_.relname as name
      from pg_index join pg_class index_ on index_.oid = indexrelid
      join pg_class table_ on table_.oid = indrelid
      left join pg_attribute first on first.attrelid = indrelid and first.attnum = indkey[0]
      where table_.oid in (select oid from pg_class where ${TENANT_TABLES}) and first.attname is distinct from 'tenant_id'`);
    expect(others).toEqual([]);
  });

  test("foreign keys refer only to rows of the same tenant", async () => {
    const others = await list(`
      select conname as name from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and not (
        (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]) = 'tenant_id'
        and (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1])
          in ('tenant_id', case when confrelid = 'tenants'::regclass then 'id' end))`);
    expect(others).toEqual([]);
  });

  test("the application role may read and write every table, and owns none", async () => {
    const closed = await list(`
      select relname as name from pg_class where ${TENANT_TABLES} and (
        pg_get_userbyid(relowner) = 'people_app'
        or not has_table_privilege('people_app', oid, 'select') or not has_table_privilege('people_app', oid, 'insert')
        or not has_table_privilege('people_app', oid, 'update') or not has_table_privilege('people_app', oid, 'delete'))`);
    expect(closed).toEqual([]);
  });
});

test("the migration strips invisible characters from addresses of leavers, unless another person has the clean address", async () => {
  await using other = await createTestDatabase({ template: "template1" });
  const index = MIGRATIONS.findIndex(({ name }) => name.startsWith("UnseenCharacters"));
  await migrate(other.url, MIGRATIONS.slice(0, index));
  await other.dataSource.query("insert into tenants (id) values ('acme')");
  const people: [status: string, email: string, after: string][] = [
    ["INACTIVE", "kim@x.example\u200b", "kim@x.example"],
    ["INACTIVE", "\ufeffmu\u00ad\u0308ller@x.example\u0001", "müller@x.example"],
    ["INACTIVE", "ann\u{e0041}@x.example", "ann@x.example"],
    // The next full sync heals these, and emits the event.
    ["ACTIVE", "bo@x.example\u200b", "bo@x.example\u200b"],
    ["INACTIVE", "jo@x.example\u200b", "jo@x.example\u200b"],
    ["ACTIVE", "jo@x.example", "jo@x.example"],
  ];
  for (const [place, [status, email]] of people.entries())
    await other.dataSource.query(
      `insert into people (tenant_id, id, personio_id, work_email, first_name, last_name, display_name, status)
        values ('acme', gen_random_uuid(), $1, $2, '', '', '', $3)`,
      [String(place), email, status],
    );
  await other.dataSource.query(
    "insert into former_emails (tenant_id, email, person_id, until) select 'acme', $1, id, now() from people limit 1",
    ["former@x.example\u2060"],
  );
  await migrate(other.url, MIGRATIONS);
  const rows = await other.dataSource.query("select work_email from people order by personio_id");
  expect(rows.map((row: { work_email: string }) => row.work_email)).toEqual(
    people.map(([, , after]) => after),
  );
  expect(await other.dataSource.query("select email from former_emails")).toEqual([
    { email: "former@x.example" },
  ]);
});

test("the migration lists people by word, and the version before it finds and writes words as it did", async () => {
  await using other = await createTestDatabase({ template: "template1" });
  const index = MIGRATIONS.findIndex(({ name }) => name.startsWith("IndexedWords"));
  await migrate(other.url, MIGRATIONS.slice(0, index));
  const [ann, bob, eve] = ["1", "2", "3"].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const words = { [ann!]: ["ann", "ann@x.example"], [bob!]: ["ann", "bob"], [eve!]: ["ann"] };
  for (const [place, [id, own]] of Object.entries(words).entries()) {
    const tenant = id === eve ? "other" : "acme";
    await other.dataSource.query("insert into tenants (id) values ($1) on conflict do nothing", [tenant]);
    await other.dataSource.query(
      `insert into people (tenant_id, id, personio_id, first_name, last_name, display_name, status, search_words)
        values ($1, $2, $3, '', '', '', 'ACTIVE', $4)`,
      [tenant, id, String(place), own],
    );
    await other.dataSource.query("insert into person_words select $1, unnest($2::text[]), $3::uuid", [
      tenant,
      own,
      id,
    ]);
  }
  const stored = () =>
    other.dataSource.query("select * from person_words order by tenant_id, word, person_id");
  const before = await stored();
  await migrate(other.url, MIGRATIONS.slice(0, index + 1));

  const indexed = (): Promise<unknown> =>
    inTenant(other.dataSource, "acme", (manager) =>
      manager.query("select word, part, person_ids as people from indexed_words order by word, part"),
    );
  expect(await indexed()).toEqual([
    { word: "ann", part: 0, people: [ann, bob] },
    { word: "bob", part: 0, people: [bob] },
  ]);
  expect(await stored()).toEqual(before);

  await inTenant(other.dataSource, "acme", async (manager) => {
    // Ann marries Bob.
    await manager.query(
      "delete from person_words w using people p, unnest(p.search_words) as old where p.id = $1 and w.person_id = p.id and w.word = old",
      [ann],
    );
    await manager.query(
      `insert into person_words (tenant_id, word, person_id)
        select current_setting('app.tenant'), word, $1::uuid from unnest($2::text[]) as word`,
      [ann, ["bob", "bob@x.example"]],
    );
    await manager.query("update people set search_words = $2 where id = $1", [ann, ["bob", "bob@x.example"]]);
    const found = await manager.query(
      "select p.id from people p where p.id in (select w.person_id from person_words w where w.word >= 'bob' and w.word < 'boc') order by p.id",
    );
    expect(found).toEqual([{ id: ann }, { id: bob }]);
  });
  expect(await indexed()).toEqual([
    { word: "ann", part: 0, people: [bob] },
    { word: "bob", part: 0, people: [bob] },
    { word: "bob", part: 1, people: [ann] },
  ]);

  const view = await stored();
  await revertMigration(other.url, MIGRATIONS.slice(0, index + 1));
  expect(await stored()).toEqual(view);
});
