import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startSandbox } from "../../src/sandbox/sandbox.ts";
import {
  type DebianPostgres,
  hasDebianPostgres,
  runProgram,
  startDebianPostgres,
} from "../support/debian-postgres.ts";
import { readBackupRecipe, readLoginStatements } from "../support/manual-sql.ts";
import { startService } from "../support/start-service.ts";
import { createAsk, startTestApp, type TestApp, untilEnded } from "../support/test-app.ts";

// The same service on a restored database is the statement.

const run = promisify(execFile);

/** The administrator runs this once on a server: the roles of the service, and its database. */
const PREPARE_SERVER = await readLoginStatements();
const CREATE_ROLES = PREPARE_SERVER.slice(0, -1);
const CREATE_DATABASE = PREPARE_SERVER.at(-1) ?? "";
const RECREATE_DATABASE = ["drop database if exists people with (force)", CREATE_DATABASE];

/** Its role bypasses row-level security, which binds the owner too: it reads the tables of every company. */
const RECIPE = await readBackupRecipe();

const dump = (server: DebianPostgres, file: string, login = RECIPE.dump.login): Promise<void> =>
  runProgram("pg_dump", [...RECIPE.dump.options, `--file=${file}`, server.urlOf(login, "people")]);

const restore = (server: DebianPostgres, file: string): Promise<void> =>
  runProgram("pg_restore", [
    ...RECIPE.restore.options,
    `--dbname=${server.urlOf(RECIPE.restore.login, "people")}`,
    file,
  ]);

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** The whole content of a database: rows by a hash, and the catalogue of tables, functions and rights. */
async function readEverything(url: string): Promise<Record<string, unknown>> {
  const tables = await query<{ name: string }>(
    url,
    `select format('%I.%I', nspname, relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
    where relkind = 'r' and nspname in ('public', 'pgboss') order by 1`,
  );
  const everything: Record<string, unknown> = {
    tables: await query(
      url,
      `select nspname, relname, relkind, relpersistence, relrowsecurity, relforcerowsecurity,
        pg_get_userbyid(relowner) as owner, relacl::text, (select count(*) from pg_policy where polrelid = c.oid) as policies,
        (select count(*) from pg_index where indrelid = c.oid) as indexes, pg_get_partkeydef(c.oid)
      from pg_class c join pg_namespace n on n.oid = relnamespace
      where relkind in ('r', 'p', 'S', 'v') and nspname in ('public', 'pgboss') order by 1, 2`,
    ),
    constraints: await query(
      url,
      // Postgres normalizes nested `and`s when it restores a check; the meaning is the same.
      `select conrelid::regclass::text, conname, translate(pg_get_constraintdef(oid), '()', '') from pg_constraint
      where connamespace::regnamespace::text in ('public', 'pgboss') order by 1, 2, 3`,
    ),
    functions: await query(
      url,
      `select proname, pg_get_userbyid(proowner) as owner, md5(prosrc) from pg_proc
      where pronamespace::regnamespace::text in ('public', 'pgboss') order by 1, 3`,
    ),
  };
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(
      url,
      `select to_jsonb(t)::text as row from ${name} t order by 1`,
    );
    const hash = createHash("sha256").update(rows.map(({ row }) => row).join("\n"));
    everything[name] = `${rows.length} rows, ${hash.digest("hex").slice(0, 16)}`;
  }
  return everything;
}

const PEOPLE = "{ people(first: 100) { totalCount edges { node { id workEmail displayName } } } }";

describe.runIf(hasDebianPostgres())("B17: a backup with pg_dump", () => {
  let server: DebianPostgres;
  /** The server of each restored backup. */
  let other: DebianPostgres;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "people-backup-"));
    server = await startDebianPostgres();
    await server.administer([...CREATE_ROLES, CREATE_DATABASE, ...RECIPE.createRole]);
    other = await startDebianPostgres();
    await other.administer(CREATE_ROLES);
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await other?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const secretKeys = [{ id: "1", key: randomBytes(32) }];
  const startOn = (on: DebianPostgres, sandbox?: { url: string }): Promise<TestApp> =>
    startTestApp({
      config: {
        secretKeys,
        database: {
          url: on.urlOf("people_serving", "people"),
          migrationUrl: on.urlOf("people", "people"),
          dataDir: "unused",
        },
        ...(sandbox && { personio: { apiUrl: sandbox.url, requestsPerMinute: null } }),
      },
    });

  test("pg_dump fails for the owner because of row-level security, and works for the backup role while the service runs", async () => {
    await using service = await startOn(server);
    await service.connect();
    await expect(dump(server, join(folder, "refused.dump"), "people")).rejects.toThrow("row-level security");
    await dump(server, join(folder, "running.dump"));
    await other.administer(RECREATE_DATABASE);
    await restore(other, join(folder, "running.dump"));
    const url = (on: DebianPostgres) => on.urlOf("postgres", "people");
    const people = "select to_jsonb(p) as row from people p order by id";
    expect(await query(url(other), people)).toEqual(await query(url(server), people));
  });

  test("a restored backup on another server has the same tables, rights and functions, and the service continues on it", async () => {
    const file = join(folder, "people.dump");
    await using sandbox = await startSandbox({ people: 60, seed: 7, requestsPerMinute: null });
    let people: unknown;
    let held: { id: string };
    {
      await using service = await startOn(server, sandbox);
      const pair = sandbox.credentials;
      await service.get(
        "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
        pair,
      );
      await service.get("mutation { finishPersonioSetup { id } }");
      await untilEnded(service.get);
      // A plan that waits for an admin is part of the backup, although its table is unlogged.
      await sandbox.admin.hire({ email: "new@nordlicht.example" });
      await service.get("mutation { planSyncPersonio { id } }");
      held = await untilEnded(service.get);
      people = await service.get(PEOPLE);
    }
    await dump(server, file);

    await other.administer(RECREATE_DATABASE);
    await restore(other, file);
    const [before, after] = [server, other].map((on) => readEverything(on.urlOf("postgres", "people")));
    expect(await after).toEqual(await before);

    await using restored = await startOn(other, sandbox);
    expect((await fetch(`${restored.app.url}/ready`)).status).toBe(200);
    expect(await restored.get(PEOPLE)).toEqual(people);
    await restored.get("mutation ($id: ID!) { approveSyncRun(id: $id) { id } }", { id: held.id });
    expect(await untilEnded(restored.get)).toMatchObject({ id: held.id, added: 1, left: 0, problem: null });
    expect(await restored.sync()).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
  });
});

test("B17: on a laptop a stopped service's DATA_DIR is the backup: a copy of it is the same directory", async () => {
  const folder = await mkdtemp(join(tmpdir(), "people-laptop-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root: its user must be able to enter the folder, or the data is elsewhere.
  await chmod(folder, 0o755);
  await using sandbox = await startSandbox({ people: 30, seed: 7, requestsPerMinute: null });
  const getFrom =
    (url: string) =>
    async <Data>(text: string, variables?: object): Promise<Data> => {
      const { data, errors } = await createAsk(`${url}/graphql`)<Data>(text, variables);
      if (errors) throw new Error(errors[0]?.message);
      return data;
    };
  const environment = (dataDir: string) => ({ DATA_DIR: dataDir, PERSONIO_API_URL: sandbox.url });
  const [original, copy] = [join(folder, "data"), join(folder, "copy")];
  let people: unknown;
  {
    await using service = await startService(environment(original));
    const get = getFrom(service.url);
    await get(
      "mutation ($clientId: String!, $clientSecret: String!) { connectPersonio(clientId: $clientId, clientSecret: $clientSecret) { id } }",
      sandbox.credentials,
    );
    await get("mutation { finishPersonioSetup { id } }");
    await untilEnded(get);
    people = await get(PEOPLE);
    expect(await service.stop("SIGTERM")).toBe(0);
  }
  // Owners and modes are part of the data.
  await run("cp", ["-a", original, copy]);
  expect(await readFile(join(copy, "secret-keys"))).toEqual(await readFile(join(original, "secret-keys")));
  await using service = await startService(environment(copy));
  const get = getFrom(service.url);
  expect(await get(PEOPLE)).toEqual(people);
  await get("mutation { syncPersonio { id } }");
  expect(await untilEnded(get)).toMatchObject({ added: 0, changed: 0, left: 0, problem: null });
  expect(await service.stop("SIGTERM")).toBe(0);
});
