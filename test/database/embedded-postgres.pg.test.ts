import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "../../src/database/embedded/embedded-postgres.ts";
import { choosePostgresUser, findPostgresPrograms } from "../../src/database/embedded/postgres-programs.ts";
import { EXIT } from "../../src/errors.ts";
import { createLogger } from "../../src/log.ts";
import { explainStart } from "../../src/start-failure.ts";
import { eventually } from "../support/eventually.ts";
import { startProcess } from "../support/start-process.ts";
import { startService } from "../support/start-service.ts";

// Starts, ends and damaged data folders of a Postgres are the statement, so tests start their own.

const isRoot = process.getuid?.() === 0;

/** A data folder with the usual rights, open to all users. Every test that needs no fresh one uses it. */
let folder: string;

beforeAll(async () => {
  folder = await makeFolder();
});
afterAll(() => rm(folder, { recursive: true }));

async function makeFolder(mode = 0o755): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), "people-embedded-"));
  await chmod(made, mode);
  return made;
}

async function openFolder(): Promise<string> {
  const opened = await makeFolder();
  onTestFinished(() => rm(opened, { recursive: true }));
  return opened;
}

const start = (dataDir: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({ dataDir, log: createLogger("silent"), initdbFlags: ["--no-sync"], ...options });

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

/** Starts the Postgres of the folder as versions before the marks did, until the test ends. */
async function startUnmarked(): Promise<{ readonly url: string }> {
  const first = await start(folder);
  await first[Symbol.asyncDispose]();
  const runAs = await choosePostgresUser();
  const programs = await findPostgresPrograms(runAs);
  const { port } = new URL(first.url);
  const flags = ["--listen_addresses=127.0.0.1", `--port=${port}`, "--unix_socket_directories="];
  const cwd = join(folder, "postgres", "data");
  const postgres = spawn(join(programs, "postgres"), ["-D", cwd, ...flags], {
    ...runAs,
    cwd,
    stdio: "ignore",
  });
  onTestFinished(async () => {
    postgres.kill("SIGINT");
    if (postgres.exitCode === null) await once(postgres, "exit");
  });
  await eventually(() => query(first.url, "select 1").catch(() => undefined));
  return first;
}

const pidOf = async (folder: string): Promise<number> =>
  Number((await readFile(join(folder, "postgres", "data", "postmaster.pid"), "utf8")).split("\n")[0]);

describe("an embedded Postgres", () => {
  test("an embedded Postgres keeps its data from one start to the next", async () => {
    {
      await using postgres = await start(folder);
      await query(postgres.url, "drop table if exists kept; create table kept as select 42 as answer");
    }
    await using postgres = await start(folder);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("one of two apps that start at the same moment on an empty folder gets the Postgres", async () => {
    const empty = await openFolder();
    const starts = await Promise.allSettled([start(empty), start(empty)]);
    const started = starts.filter((result) => result.status === "fulfilled").map(({ value }) => value);
    try {
      expect(started).toHaveLength(1);
      expect(await query(started[0]!.url, "select 1 as one")).toEqual([{ one: 1 }]);
    } finally {
      for (const postgres of started) await postgres[Symbol.asyncDispose]();
    }
  });

  test("an embedded Postgres starts although an old file names the process id of another program", async () => {
    const dataFolder = join(folder, "postgres", "data");
    if (!existsSync(dataFolder)) await (await start(folder))[Symbol.asyncDispose]();
    await writeFile(join(dataFolder, "postmaster.pid"), `${process.pid}\n${dataFolder}\n0\n1\n\n127.0.0.1\n`);
    await using postgres = await start(folder);
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("the error of a failed start contains the end of Postgres' log", async () => {
    await expect(start(folder, { settings: { shared_buffers: "lots" } })).rejects.toThrow(
      /did not start:[\s\S]*invalid value for parameter "shared_buffers"/,
    );
  });

  test("a password that is not the database's is explained in one line with 78", async () => {
    if (!existsSync(join(folder, "postgres"))) await (await start(folder))[Symbol.asyncDispose]();
    const path = join(folder, "postgres", "password");
    const password = await readFile(path, "utf8");
    await writeFile(path, "hunter2");
    const error = await start(folder).catch((error: unknown) => error);
    await writeFile(path, password);

    const { lines, exitCode } = explainStart(error);
    expect(lines).toEqual([
      expect.stringMatching(/^DATA_DIR: .*password does not contain the password of its database/),
    ]);
    expect(exitCode).toBe(EXIT.config);
  });

  test("a disposed embedded Postgres stops listening", async () => {
    const postgres = await start(folder);
    await postgres[Symbol.asyncDispose]();
    const refused = Promise.withResolvers<string | undefined>();
    createConnection(Number(new URL(postgres.url).port), "127.0.0.1").once(
      "error",
      (error: NodeJS.ErrnoException) => refused.resolve(error.code),
    );
    expect(await refused.promise).toBe("ECONNREFUSED");
    expect(existsSync(join(folder, "postgres", "data", "postmaster.pid"))).toBe(false);
  });
});

describe("an embedded Postgres that runs", () => {
  const logged: unknown[] = [];
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    const log = pino({ level: "info" }, { write: (line: string) => logged.push(JSON.parse(line)) });
    postgres = await start(folder, { log });
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  test("an embedded Postgres logs its data folder at each start", async () => {
    expect(logged).toContainEqual(expect.objectContaining({ level: 30, folder: join(folder, "postgres") }));
  });

  test("an embedded Postgres stores Unicode and sorts it by ICU, whatever the machine's locales", async () => {
    const [row] = await query(
      postgres.url,
      `select current_setting('server_encoding') as encoding, lower('ÄÖÜ') as lower,
        (select string_agg(name, ' ' order by name collate "und-x-icu") from unnest('{Zoe,Ärne,Arne,Özil,Olaf}'::text[]) as name)
          as sorted`,
    );
    expect(row).toEqual({ encoding: "UTF8", lower: "äöü", sorted: "Arne Ärne Olaf Özil Zoe" });
  });

  test("an embedded Postgres listens on loopback only and needs the password in the data folder", async () => {
    const url = new URL(postgres.url);
    expect(await query(postgres.url, "show listen_addresses")).toEqual([{ listen_addresses: "127.0.0.1" }]);
    const passwordFile = join(folder, "postgres", "password");
    expect(await readFile(passwordFile, "utf8")).toBe(url.password);
    expect((await stat(passwordFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "postgres"))).mode & 0o777).toBe(0o700);
    url.password = "wrong";
    await expect(query(url.href, "select 1")).rejects.toThrow("password authentication failed");
  });

  test("a second app on the same folder is refused, and the first one continues", async () => {
    await expect(start(folder)).rejects.toThrow("Another app is running on this data folder");
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("an app that uses another path to the same folder is refused too", async () => {
    const alias = `${folder}-alias`;
    await symlink(folder, alias);
    onTestFinished(() => rm(alias));
    await expect(start(alias)).rejects.toThrow("Another app is running on this data folder");
    expect(await query(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a Postgres whose sessions end, as after a crash of one, continues and stays closed to a second app", async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on("error", () => undefined);
    await client.connect();
    const { rows } = await client.query("select pg_backend_pid() as pid");
    process.kill(rows[0].pid, "SIGKILL");
    await eventually(() => query(postgres.url, "select 1").then(Boolean, () => false));
    await expect(start(folder)).rejects.toThrow("Another app is running on this data folder");
    expect(postgres.lost.aborted).toBe(false);
  });
});

test("an embedded Postgres that stops by itself is reported, and a later start finds its data", async () => {
  const crashed = await start(folder);
  await query(crashed.url, "drop table if exists kept; create table kept as select 42 as answer");
  process.kill(await pidOf(folder), "SIGKILL");
  await eventually(() => crashed.lost.aborted);
  await crashed[Symbol.asyncDispose]();

  const postgres = await start(folder);
  expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  await postgres[Symbol.asyncDispose]();
  expect(postgres.lost.aborted).toBe(false);
});

test("an embedded Postgres that is disposed right after it ended its sessions still stops", async () => {
  const postgres = await start(folder);
  await query(
    postgres.url,
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
  );
  await postgres[Symbol.asyncDispose]();
  expect(existsSync(join(folder, "postgres", "data", "postmaster.pid"))).toBe(false);
});

describe("an app with an embedded Postgres", () => {
  test("a killed app leaves a Postgres that the next start stops and replaces, with all data intact", async () => {
    const killed = startProcess("embedded-app.ts", [folder]);
    const { url } = (await killed.nextLine()) as { url: string };
    await query(url, "drop table if exists kept; create table kept as select 42 as answer");
    await killed.kill();
    expect(await query(url, "select answer from kept")).toEqual([{ answer: 42 }]);
    const orphan = await pidOf(folder);

    const postgres = await start(folder);
    expect(await pidOf(folder)).not.toBe(orphan);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
    await expect(start(folder)).rejects.toThrow("Another app");
    await postgres[Symbol.asyncDispose]();
    await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  test("a Postgres without marks, which an older version left behind, is named with what to do, and goes on", async () => {
    const { url } = await startUnmarked();
    const orphan = await pidOf(folder);

    const failure = await start(folder).then(() => undefined, explainStart);
    expect(failure).toEqual({
      lines: [expect.stringMatching(new RegExp(`older version.*kill -INT ${orphan}.*start again`))],
      exitCode: EXIT.config,
    });
    expect(await pidOf(folder)).toBe(orphan);
    expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("an app that is killed while its Postgres recovers or stops is followed by one that waits for it", async () => {
    const killed = startProcess("embedded-app.ts", [folder]);
    const { url } = (await killed.nextLine()) as { url: string };
    await query(url, "drop table if exists kept; create table kept as select 42 as answer");
    const orphan = await pidOf(folder);
    await killed.kill();
    process.kill(orphan, "SIGINT");

    await using postgres = await start(folder);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
    expect(await pidOf(folder)).not.toBe(orphan);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "an app still has its Postgres while it drains after %s to the whole group",
    async (signal) => {
      await using app = startProcess("embedded-app.ts", [folder]);
      await app.nextLine();
      // As a terminal does on Ctrl-C, and a supervisor on stop.
      process.kill(-app.child.pid!, signal);
      expect(await app.nextLine()).toEqual({ drained: true });
      expect(existsSync(join(folder, "postgres", "data", "postmaster.pid"))).toBe(false);
    },
  );

  test.runIf(isRoot && existsSync("/usr/bin/setpriv"))(
    "an embedded Postgres works for root in a container, who may not look into the processes of other users",
    async () => {
      const through = ["/usr/bin/setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace"];
      await using killed = startProcess("embedded-app.ts", [folder], { through });
      const { url } = (await killed.nextLine()) as { url: string };
      await query(url, "drop table if exists kept; create table kept as select 42 as answer");
      await killed.kill();
      await using app = startProcess("embedded-app.ts", [folder], { through });
      const { url: later } = (await app.nextLine()) as { url: string };
      expect(await query(later, "select answer from kept")).toEqual([{ answer: 42 }]);
      app.child.kill("SIGTERM");
      expect(await app.nextLine()).toEqual({ drained: true });
    },
  );

  test("a service whose embedded Postgres stops logs one line and exits with 69, and the next start serves again", async () => {
    const environment = { DATA_DIR: await openFolder() };
    const service = await startService(environment);
    process.kill(await pidOf(environment.DATA_DIR), "SIGKILL");
    const [exitCode] = await once(service.child, "exit");
    expect(exitCode).toBe(69);
    // The last lines may arrive after the exit.
    const fatal = await eventually(() => service.output.find((line) => line.startsWith('{"level":60')));
    expect(JSON.parse(fatal)).toMatchObject({ msg: "embedded Postgres stopped; the process exits" });

    const next = await startService(environment);
    expect((await fetch(`${next.url}/ready`)).status).toBe(200);
    expect(await next.stop("SIGTERM")).toBe(0);
  });

  test.runIf(isRoot)("an embedded Postgres works for a user who is not root", async () => {
    const own = await openFolder();
    const { uid, gid } = await choosePostgresUser();
    await chown(own, uid!, gid!);
    await using app = startProcess("embedded-app.ts", [own], { uid: uid!, gid: gid! });
    const { url } = (await app.nextLine()) as { url: string };
    expect(await query(url, "select 1 as one")).toEqual([{ one: 1 }]);
    process.kill(app.child.pid!, "SIGTERM");
    expect(await app.nextLine()).toEqual({ drained: true });
  });
});

describe.runIf(isRoot)("root's embedded Postgres in a closed folder", () => {
  let closed: string;
  let dataDir: string;
  beforeAll(async () => {
    closed = await makeFolder(0o700);
    dataDir = join(closed, "data");
  });
  afterAll(() => rm(closed, { recursive: true }));

  test("root's embedded Postgres keeps its data in the closed folder and finds it again", async () => {
    {
      await using postgres = await start(dataDir);
      await query(postgres.url, "drop table if exists kept; create table kept as select 42 as answer");
    }
    const { mode, uid } = await stat(join(dataDir, "postgres"));
    expect(mode & 0o777).toBe(0o700);
    expect(uid).toBe((await choosePostgresUser()).uid);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);

    await using postgres = await start(dataDir);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
    await expect(start(dataDir)).rejects.toThrow("Another app");
  });

  test("a killed app of root leaves a Postgres that the next start stops and replaces", async () => {
    await using killed = startProcess("embedded-app.ts", [dataDir]);
    const { url } = (await killed.nextLine()) as { url: string };
    await query(url, "drop table if exists kept; create table kept as select 42 as answer");
    await killed.kill();

    await using postgres = await start(dataDir);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
    await expect(query(url, "select 1")).rejects.toThrow("ECONNREFUSED");
  });

  test("a crashed Postgres of root is found again by the next start, with its data", async () => {
    {
      await using crashed = await start(dataDir);
      await query(crashed.url, "drop table if exists kept; create table kept as select 42 as answer");
      process.kill(await pidOf(dataDir), "SIGKILL");
      await eventually(() => crashed.lost.aborted);
    }
    await using postgres = await start(dataDir);
    expect(await query(postgres.url, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  describe("in a closed project", () => {
    let project: string;
    let copies: string | undefined;
    beforeAll(async () => {
      project = await mkdtemp(join(tmpdir(), "people-project-"));
    });
    afterAll(async () => {
      await rm(project, { recursive: true });
      if (copies) await rm(copies, { recursive: true });
    });

    test("root's embedded Postgres runs a copy of the programs that is created once", async () => {
      const runAs = await choosePostgresUser();
      const native = dirname(await findPostgresPrograms({}));
      const closed = join(project, "native");
      await mkdir(closed);
      await cp(native, closed, { recursive: true, verbatimSymlinks: true });
      await writeFile(
        join(project, "package.json"),
        '{ "name": "@embedded-postgres/closed", "version": "18.0.0-test" }',
      );

      const copied = await findPostgresPrograms(runAs, closed);
      copies = dirname(copied);
      expect(copied).not.toContain(project);
      const postgres = join(copied, "postgres");
      const { ino } = await stat(postgres);
      expect(await findPostgresPrograms(runAs, closed)).toEqual(copied);
      expect((await stat(postgres)).ino).toBe(ino);
      expect((await stat(postgres)).mode & 0o005).toBe(0o005);
    });
  });
});
