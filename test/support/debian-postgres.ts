import { execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { choosePostgresUser } from "../../src/database/embedded/postgres-programs.ts";

import { eventually } from "./eventually.ts";
import { findFreePort } from "./free-port.ts";

const run = promisify(execFile);

/** Debian's folder of the oldest version that we support. The embedded Postgres has no `pg_dump`. */
const PROGRAMS = "/usr/lib/postgresql/15/bin";

export const hasDebianPostgres = (): boolean =>
  ["initdb", "postgres", "pg_dump", "pg_restore"].every((name) => existsSync(join(PROGRAMS, name))) &&
  spawnSync(join(PROGRAMS, "pg_dump"), ["--version"]).status === 0;

/** Runs one of its programs. Rejects with its output when it fails. */
export const runProgram = async (name: string, args: readonly string[]): Promise<void> => {
  await run(join(PROGRAMS, name), args, { env: { PATH: process.env.PATH, LC_ALL: "C" } });
};

export type DebianPostgres = AsyncDisposable & {
  /** URL for that role; every login is trusted, since only this machine can connect. */
  urlOf(role: string, database: string): string;
  /** Runs each statement by itself, as the administrator. */
  administer(statements: readonly string[], database?: string): Promise<void>;
};

/** A server of its own, with an administrator `postgres` and nothing else. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  await using starting = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "people-debian-"));
  starting.defer(() => rm(folder, { recursive: true, force: true }));
  const runAs = await choosePostgresUser();
  await chmod(folder, 0o700);
  if (runAs.uid !== undefined && runAs.gid !== undefined) await chown(folder, runAs.uid, runAs.gid);
  const data = join(folder, "data");
  const options = { ...runAs, cwd: "/", env: { LC_ALL: "C", PATH: process.env.PATH } };
  const initdb = ["--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8"];
  await run(join(PROGRAMS, "initdb"), initdb, options);
  const port = await findFreePort();
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off"];
  const child = spawn(
    join(PROGRAMS, "postgres"),
    ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    { ...options, stdio: "ignore" },
  );
  const exited = once(child, "exit");
  starting.defer(async () => {
    child.kill("SIGQUIT");
    await exited;
  });
  const urlOf = (role: string, database: string) => `postgres://${role}@127.0.0.1:${port}/${database}`;
  const administer: DebianPostgres["administer"] = async (statements, database = "postgres") => {
    const client = new pg.Client({ connectionString: urlOf("postgres", database) });
    client.on("error", () => undefined);
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await eventually(
    () =>
      administer(["select 1"]).then(
        () => true,
        () => false,
      ),
    {
      what: "Postgres answering",
    },
  );
  const started = starting.move();
  return { urlOf, administer, [Symbol.asyncDispose]: () => started.disposeAsync() };
}
