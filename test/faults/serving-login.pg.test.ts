import { randomUUID } from "node:crypto";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { checkServingLogin } from "../../src/database/check-serving-login.ts";
import { openDataSource } from "../../src/database/data-source.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { EXIT } from "../../src/errors.ts";
import { administer, createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { isPoolerInstalled, openPooler } from "./support/pooler.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const id of ["acme", "globex"])
    await inTenant(database.dataSource, id, (manager) =>
      manager.query("insert into tenants (id) values ($1)", [id]),
    );
});
afterAll(() => database[Symbol.asyncDispose]());

type WayOut = { readonly out: string; readonly refused?: boolean };

/** Ways out of the application's role; `refused` are those that Postgres does not even begin. */
const WAYS_OUT: readonly WayOut[] = [
  { out: "select set_config('role', 'none', true)" },
  { out: "reset role" },
  { out: "set role none" },
  { out: "set session authorization default" },
  { out: "reset all" },
  { out: "set session authorization postgres", refused: true },
  { out: "set role postgres", refused: true },
  { out: "set role pg_execute_server_program", refused: true },
];

/** What an owner or a superuser could do. */
const LOOT = [
  "copy (select 1) to program 'cat > /dev/null'",
  "copy tenants to '/dev/null'",
  "select pg_read_file('postgresql.conf')",
  "select lo_import('/etc/passwd')",
  "create table loot (id int)",
  "create schema loot",
  "create function loot() returns int language sql as 'select 1'",
  "create role loot superuser",
  "alter role current_user bypassrls",
  "grant postgres to people_serving",
  "alter table people disable row level security",
  "alter table people no force row level security",
  "create policy loot on people using (true)",
  "alter policy tenant_isolation on tenants using (true)",
  "drop table people",
  "truncate people",
  "set row_security = off; select * from tenants",
  "alter function refresh_statistics(text) owner to people_app",
  "create or replace function refresh_statistics(subject text) returns void language sql as ''",
  "delete from migrations",
  "delete from key_fingerprints",
  "alter system set jit = on",
  "drop schema pgboss cascade",
  "alter table pgboss.version add column loot int",
];

/** Tries everything as an injected statement of a tenant's transaction, and lists what succeeded. */
async function raid(
  url: string,
  ways: readonly WayOut[] = WAYS_OUT,
): Promise<{ won: string[]; seen: unknown[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const [won, seen]: [string[], unknown[]] = [[], []];
  const succeeds = async (sql: string) => {
    await client.query("savepoint attempt");
    const isDone = await client.query(sql).then(
      () => true,
      () => false,
    );
    if (!isDone) await client.query("rollback to attempt");
    return isDone;
  };
  try {
    for (const { out, refused = false } of ways) {
      await client.query("begin; set local role people_app");
      await client.query("select set_config('app.tenant', 'acme', true)");
      if ((await succeeds(out)) === refused) won.push(out);
      await client.query("select set_config('app.tenant', 'acme', true)");
      seen.push((await client.query("select id from tenants")).rows);
      for (const sql of LOOT) if (await succeeds(sql)) won.push(`${out}; ${sql}`);
      await client.query("rollback");
    }
  } finally {
    await client.end();
  }
  return { won, seen };
}

const NOTHING = { won: [], seen: WAYS_OUT.map(() => [{ id: "acme" }]) };

describe("E12: an injected statement that leaves the application's role gains nothing", () => {
  test("E12: on a serving connection it owns nothing, executes nothing and sees one tenant", async () => {
    expect(await raid(database.servingUrl)).toEqual(NOTHING);
  });

  test("E12: on a superuser's connection the same statements succeed, so this test can fail", async () => {
    const { won, seen } = await raid(database.url, [{ out: "reset role" }]);
    expect(won).toContain("reset role; copy (select 1) to program 'cat > /dev/null'");
    expect(seen).toContainEqual([{ id: "acme" }, { id: "globex" }]);
  });

  test.skipIf(!isPoolerInstalled)(
    "E12: the same behind pgbouncer in transaction mode (skipped where it is not installed)",
    async () => {
      await using pooler = await openPooler(database.servingUrl, { poolSize: 2 });
      expect(await raid(pooler.url)).toEqual(NOTHING);
    },
  );

  test("E12: the login that serves has on every object the rights of the application's role, and no more", async () => {
    const rights = await database.dataSource.query(`
      with granted as (
        select 'table ' || oid::regclass as object, 'select, insert, update, delete, truncate, references, trigger' as names,
          has_table_privilege('people_serving', oid, right_) as login, has_table_privilege('people_app', oid, right_) as app
        from pg_class, unnest('{select,insert,update,delete,truncate,references,trigger}'::text[]) right_
        where relkind in ('r', 'p', 'v', 'm', 'f')
        union all
        select 'function ' || oid::regprocedure, 'execute', has_function_privilege('people_serving', oid, 'execute'),
          has_function_privilege('people_app', oid, 'execute') from pg_proc
        union all
        select 'schema ' || nspname, right_, has_schema_privilege('people_serving', oid, right_),
          has_schema_privilege('people_app', oid, right_)
        from pg_namespace, unnest('{usage,create}'::text[]) right_
      ) select object from granted where login <> app`);
    expect(rights).toEqual([]);
  });
});

/** A login with these options, and the check of it. */
async function createLogin(
  options = "",
): Promise<{ name: string; check(authIsOff: boolean): Promise<string[]> }> {
  const name = `login_${randomUUID().replaceAll("-", "")}`;
  await administer(`create role ${name} login password 'secret' in role people_app ${options}`);
  onTestFinished(async () => {
    await database.dataSource.query(`reassign owned by ${name} to postgres; drop owned by ${name}`);
    await administer(`drop role ${name}`);
  });
  const url = Object.assign(new URL(database.servingUrl), { username: name, password: "secret" });
  return {
    name,
    async check(authIsOff) {
      const warned: string[] = [];
      const log = pino(
        { level: "warn" },
        { write: (line: string) => void warned.push(JSON.parse(line).reason) },
      );
      const dataSource = await openDataSource({ url: url.href, entities: [], log });
      try {
        await checkServingLogin(dataSource, { authIsOff, log });
      } finally {
        await dataSource.destroy();
      }
      return warned;
    },
  };
}

describe("each start checks the login that serves", () => {
  test("a login with only the rights of people_app passes without a warning", async () => {
    expect(await (await createLogin()).check(false)).toEqual([]);
    expect(await (await createLogin()).check(true)).toEqual([]);
  });

  test.each<[what: string, found: RegExp, options: string, change: (name: string) => string]>([
    ["a login that bypasses row-level security", /is bypassrls/, "bypassrls", () => "select"],
    ["a login that may create roles", /is createrole createdb/, "createrole createdb", () => "select"],
    ["a member of the owner", /is a member of "postgres"/, "", (name) => `grant postgres to ${name}`],
    [
      "a member of a role that executes programs",
      /is a member of "pg_execute_server_program"/,
      "",
      (name) => `grant pg_execute_server_program to ${name}`,
    ],
    [
      "a login that may create tables",
      /may create objects in schema public/,
      "",
      (name) => `grant create on schema public to ${name}`,
    ],
  ])(
    "%s is refused with the statement that mends it, and warned of with AUTH=off",
    async (_, found, options, change) => {
      const { name, check } = await createLogin(options);
      await database.dataSource.query(change(name));
      const error: { message: string; exitCode: number } = await check(false).then(
        () => expect.unreachable(),
        (rejection) => rejection,
      );
      expect(error.message).toMatch(found);
      expect(error.exitCode).toBe(EXIT.config);
      expect((await check(true)).join()).toMatch(found);
      const [, statement = ""] = /administrator of that Postgres: (.*)$/.exec(error.message) ?? [];
      await database.dataSource.query(statement);
      expect(await check(false)).toEqual([]);
    },
  );

  test.each<[what: string, found: RegExp, change: (name: string) => string]>([
    ["a superuser", /is a superuser/, (name) => `alter role ${name} superuser`],
    [
      "an owner of a table",
      /owns objects/,
      (name) => `create table t_${name} (); alter table t_${name} owner to ${name}`,
    ],
    ["an owner of a schema", /owns objects/, (name) => `create schema s_${name} authorization ${name}`],
    [
      "an owner of a function",
      /owns objects/,
      (name) =>
        `create function f_${name}() returns int language sql as 'select 1'; alter function f_${name} owner to ${name}`,
    ],
  ])(
    "%s is refused with the statement that creates another login, which then passes",
    async (_, found, change) => {
      const { name, check } = await createLogin();
      await database.dataSource.query(change(name));
      const error: Error = await check(false).then(
        () => expect.unreachable(),
        (rejection) => rejection,
      );
      expect(error.message).toMatch(found);
      expect(error.message).toContain(`"${name}" into MIGRATION_DATABASE_URL`);
      expect((await check(true)).join()).toMatch(found);
      const [, statement = ""] = /administrator of that Postgres: (.*?;)/.exec(error.message) ?? [];
      const other = `other_${name}`;
      await administer(statement.replace("people_serving", other).replace("…", "secret"));
      onTestFinished(() => administer(`drop role ${other}`));
      const url = Object.assign(new URL(database.servingUrl), { username: other, password: "secret" });
      const dataSource = await openDataSource({
        url: url.href,
        entities: [],
        log: pino({ level: "silent" }),
      });
      await checkServingLogin(dataSource, { authIsOff: false, log: pino({ level: "silent" }) }).finally(() =>
        dataSource.destroy(),
      );
    },
  );
});
