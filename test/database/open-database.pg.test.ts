import { randomUUID } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { z } from "zod";
import { acrossTenants } from "../../src/database/across-tenants.ts";
import { findServerProblem, type Server } from "../../src/database/check-server.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { findMigrations, migrate } from "../../src/database/migrate.ts";
import { type DatabaseLogins, type DatabaseOptions, openDatabase } from "../../src/database/open-database.ts";
import { refreshStatistics } from "../../src/database/refresh-statistics.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { EXIT } from "../../src/errors.ts";
import { defineJob } from "../../src/jobs/job.ts";
import { openQueue } from "../../src/jobs/queue.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { administer, createTestDatabase, overTcp } from "../support/test-database.ts";

const log = createLogger("silent");

const open = async (
  url: string,
  { authIsOff = true, ...logins }: Partial<DatabaseLogins & DatabaseOptions> = {},
) =>
  openDatabase(
    { url, dataDir: "/nonexistent", ...logins },
    { authIsOff, entities: [], migrations: await findMigrations(), log },
  );

const openEmpty = () => createTestDatabase({ template: "template1" });

/** A login as a managed Postgres provides it: it owns its database and is not a superuser. */
async function createLogin(options = ""): Promise<{ name: string; password: string }> {
  const [name, password] = [`login_${randomUUID().replaceAll("-", "")}`, randomUUID()];
  await administer(`create role ${name} login password '${password}' ${options}`);
  onTestFinished(() => administer(`drop role ${name}`));
  return { name, password };
}

describe("openDatabase", () => {
  test("openDatabase migrates an empty database and opens it", async () => {
    await using empty = await openEmpty();
    await using database = await open(empty.url);
    await database.checkReady();
    await inTenant(database.dataSource, "acme", (manager) =>
      manager.query("insert into tenants (id) values ('acme')"),
    );
    const received: string[] = [];
    database.notifications.listen("runs", (payload) => received.push(payload));
    await eventually(() => received.length === 1);
    await database.dataSource.query("select pg_notify('runs', 'hello')");
    await eventually(() => received.includes("hello"));
  });

  test("calendar days are text and instants are dates", async () => {
    await using empty = await openEmpty();
    await using database = await open(empty.url);
    const [row] = await database.dataSource.query(
      "select '2026-03-29'::date as day, '2026-03-29T01:00:00Z'::timestamptz as at",
    );
    expect(row).toEqual({ day: "2026-03-29", at: new Date("2026-03-29T01:00:00Z") });
  });

  test("openDatabase works for a login that is not a superuser and was granted the role", async () => {
    const { name, password } = await createLogin();
    await using empty = await openEmpty();
    await administer(`grant people_app to ${name}`);
    await administer(`alter database ${new URL(empty.url).pathname.slice(1)} owner to ${name}`);
    const url = new URL(empty.url);
    Object.assign(url, { username: name, password });

    await using database = await open(url.href);
    await database.checkReady();
    const greet = defineJob({ name: "greet", schema: z.object({}) });
    await using queue = await openQueue({ url: url.href, migrationUrl: url.href, jobs: [greet], log });
    await inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("insert into tenants (id) values ('acme')");
      await queue.enqueue(greet, {}, { manager });
    });
    // Ownership does not exempt it: without a tenant it sees no row either.
    expect(await database.dataSource.query("select id from tenants")).toEqual([]);
  });

  test("several apps can open one empty database at once", async () => {
    await using empty = await openEmpty();
    const opened = await Promise.all([open(empty.url), open(empty.url), open(empty.url)]);
    for (const database of opened) {
      await database.checkReady();
      await database[Symbol.asyncDispose]();
    }
  });

  test("the error for a login that may not use the role contains the grant it needs", async () => {
    const { name, password } = await createLogin();
    await using empty = await openEmpty();
    const url = new URL(empty.url);
    Object.assign(url, { username: name, password });
    await expect(open(url.href)).rejects.toThrow(`grant people_app to "${name}";`);
  });

  test.each([
    ["the port is closed", { port: "1" }, "ECONNREFUSED"],
    ["the password is wrong", { password: "hunter2" }, "password authentication failed"],
    ["the database does not exist", { pathname: "/nowhere" }, 'database "nowhere" does not exist'],
  ])(
    "the error contains the address and the reason when %s, and never the password",
    async (_, change, reason) => {
      const url = Object.assign(overTcp(inject("postgresUrl")), change);
      const error = await open(url.href).then(
        () => undefined,
        (rejection: Error) => rejection,
      );
      expect(error?.message).toContain(reason);
      expect(error?.message).toContain(`${url.hostname}:${url.port}`);
      expect(error?.message).not.toContain(url.password);
    },
  );

  test("a failed openDatabase leaves no connection open", async () => {
    await using database = await createTestDatabase();
    await database.dataSource.query("alter table people disable row level security");
    await expect(open(database.url)).rejects.toThrow("does not isolate tenants");
    const others =
      "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
    await eventually(async () => (await database.dataSource.query(others)).length === 0);
  });

  test("openDatabase without a URL starts a Postgres of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "people-open-"));
    await chmod(folder, 0o755);
    onTestFinished(() => rm(folder, { recursive: true }));
    const migrations = await findMigrations();
    await using database = await openDatabase(
      { dataDir: folder },
      { authIsOff: false, entities: [], migrations, log },
    );
    await database.checkReady();
    expect(new URL(database.url).hostname).toBe("127.0.0.1");
    expect(await database.dataSource.query("select current_user as login")).toEqual([
      { login: "people_serving" },
    ]);
  });

  test("openDatabase gives a data folder of an earlier version a login that owns nothing, and its jobs continue", async () => {
    const folder = await mkdtemp(join(tmpdir(), "people-open-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const migrations = await findMigrations();
    const greet = defineJob({ name: "greet", schema: z.object({}) });
    {
      // The superuser of an earlier version owned everything, and served.
      await using earlier = await startEmbeddedPostgres({ dataDir: folder, log });
      await migrate(earlier.url, migrations.slice(0, -1));
      await using queue = await openQueue({
        url: earlier.url,
        migrationUrl: earlier.url,
        jobs: [greet],
        log,
      });
      await queue.enqueue(greet, {});
      const client = new pg.Client({ connectionString: earlier.url });
      await client.connect();
      await client.query(`revoke all on all tables in schema pgboss from people_app;
        revoke all on schema pgboss from people_app; drop role people_serving;
        insert into tenants (id) values ('acme')`);
      await client.end();
    }
    await using database = await openDatabase(
      { dataDir: folder },
      { authIsOff: false, entities: [], migrations, log },
    );
    const tenants = await inTenant(database.dataSource, "acme", (manager) =>
      manager.query("select id, current_setting('is_superuser') as superuser from tenants"),
    );
    expect(tenants).toEqual([{ id: "acme", superuser: "off" }]);
    const { url, migrationUrl } = database;
    await using queue = await openQueue({ url, migrationUrl, jobs: [greet], log });
    await inTenant(database.dataSource, "acme", (manager) => queue.enqueue(greet, {}, { manager }));
    const [row] = await database.dataSource.query("select count(*)::int as jobs from pgboss.job");
    expect(row).toEqual({ jobs: 2 });
  });
});

describe("a database with two logins", () => {
  /** An owner and a login that serves, as the manual describes, of an empty database. */
  async function createLogins(): Promise<{ url: string; migrationUrl: string }> {
    const owner = await createLogin();
    const serving = await createLogin("in role people_app");
    const empty = await openEmpty();
    onTestFinished(() => empty[Symbol.asyncDispose]());
    await administer(`grant people_app to ${owner.name}`);
    await administer(`alter database ${new URL(empty.url).pathname.slice(1)} owner to ${owner.name}`);
    const urlOf = ({ name, password }: typeof owner) =>
      Object.assign(new URL(empty.url), { username: name, password }).href;
    return { url: urlOf(serving), migrationUrl: urlOf(owner) };
  }

  test("one login migrates, the other serves, and both the queue and an operator's work find their login", async () => {
    const logins = await createLogins();
    await using database = await open(logins.url, { ...logins, authIsOff: false });
    const greet = defineJob({ name: "greet", schema: z.object({}) });
    await using queue = await openQueue({ ...logins, jobs: [greet], log });
    await inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("insert into tenants (id) values ('acme')");
      await queue.enqueue(greet, {}, { manager });
      for (const subject of ["people", "staging", "plan", "events"] as const)
        await refreshStatistics(manager, subject);
    });
    const analyzed =
      "select count(*)::int as tables from pg_class where relname = 'tenants' and reltuples >= 0";
    expect(await database.dataSource.query(analyzed)).toEqual([{ tables: 0 }]);
    const statistics = await database.asOwner((owner) =>
      owner.query(
        "select relname from pg_class where relname in ('people', 'staged_employees') and reltuples >= 0",
      ),
    );
    expect(statistics).toHaveLength(2);
    const locked = database.asOwner((owner) =>
      acrossTenants(owner, ["tenants"], (manager) => manager.query("select id from tenants")),
    );
    expect(await locked).toEqual([{ id: "acme" }]);
  });

  test("a login that owns nothing serves without MIGRATION_DATABASE_URL once the tables are migrated, and cannot migrate", async () => {
    const { url, migrationUrl } = await createLogins();
    await expect(open(url, { authIsOff: false })).rejects.toMatchObject({
      exitCode: EXIT.config,
      message: expect.stringContaining("set MIGRATION_DATABASE_URL"),
    });
    await (await open(url, { migrationUrl, authIsOff: false }))[Symbol.asyncDispose]();
    await using database = await open(url, { authIsOff: false });
    await database.checkReady();
    const work = database.asOwner((owner) => acrossTenants(owner, ["tenants"], async () => undefined));
    await expect(work).rejects.toThrow("set MIGRATION_DATABASE_URL");
  });

  test("a replica with MIGRATE=off migrates nothing: it names what is missing and asks to be started again", async () => {
    const { url, migrationUrl } = await createLogins();
    const options = { migrationUrl, migrates: false, authIsOff: false };
    const behind = { exitCode: EXIT.unavailable, message: expect.stringContaining("npm run migrate") };
    await expect(open(url, options)).rejects.toMatchObject(behind);
    const migrations = await findMigrations();
    await migrate(migrationUrl, migrations.slice(0, -1));
    await expect(open(url, options)).rejects.toMatchObject(behind);
    await migrate(migrationUrl, migrations);
    await using database = await open(url, options);
    expect(database.migrationUrl).toBeUndefined();
    await expect(openQueue({ url, jobs: [], log })).rejects.toMatchObject(behind);
    await using _ = await openQueue({ url, migrationUrl, jobs: [], log });
  });
});

describe("checkReady", () => {
  test("checkReady names the missing migration", async () => {
    await using database = await createTestDatabase();
    await using opened = await open(database.url);
    await opened.dataSource.query("delete from migrations");
    await expect(opened.checkReady()).rejects.toThrow("lacks migrations: PeopleDirectory");
  });

  test("checkReady rejects while the database is down and resolves when it is back", async () => {
    await using database = await createTestDatabase();
    await using opened = await open(database.url);
    const name = new URL(database.url).pathname.slice(1);
    await administer(`alter database ${name} allow_connections false`);
    await administer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    await expect(opened.checkReady()).rejects.toThrow();
    await administer(`alter database ${name} allow_connections true`);
    // A probe may find another connection that the database ended; the next one finds a new one.
    await eventually(
      () =>
        opened.checkReady().then(
          () => true,
          () => false,
        ),
      { what: "a probe that resolves" },
    );
  });
});

describe("a server", () => {
  const good: Server = {
    version: 150_000,
    versionName: "15.0",
    login: "people",
    hasRole: false,
    mayCreateRole: true,
    mayUseRole: false,
    isStandby: false,
  };

  test("a server is accepted from Postgres 15 on, with a login that may create or use the role", () => {
    expect(findServerProblem(good)).toBeUndefined();
    expect(
      findServerProblem({ ...good, mayCreateRole: false, hasRole: true, mayUseRole: true }),
    ).toBeUndefined();
  });

  test("a server that is too old is refused with both versions", () => {
    expect(findServerProblem({ ...good, version: 140_011, versionName: "14.11" })).toBe(
      "DATABASE_URL points to Postgres 14.11; the service needs 15 or newer.",
    );
  });

  test("a server whose login may not create the role is refused with the statements to run", () => {
    expect(findServerProblem({ ...good, mayCreateRole: false })).toContain(
      'create role people_app nologin; grant people_app to "people";',
    );
  });
});
