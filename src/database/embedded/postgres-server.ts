import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type ClusterHome, SUPERUSER } from "./cluster-home.ts";
import { isStartingOrStopping } from "./cluster-lock.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";

/** Crash recovery reads the write-ahead log from the last checkpoint on, at most five minutes of work. */
const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 20;

/** Postgres writes what is dirty to disk before it stops. After this long it is told to leave that to the next start. */
const STOP_TIMEOUT_MS = 10_000;

const LOG_LINES_SHOWN = 5;

export type ServerOptions = {
  home: ClusterHome;
  binaries: PostgresBinaries;
  port: number;
  settings: Readonly<Record<string, string>>;
  logFile: string;
};

/** One running postmaster. `exited` resolves when it is gone, whoever ended it. */
export type Server = { readonly url: string; readonly exited: Promise<unknown>; stop(): Promise<void> };

/** Starts the postmaster and resolves when it takes connections; rejects with the end of its log when it does not. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const url = await urlOf(options.home, options.port);
  const { child, exited } = await spawnPostgres(options);
  const stop = () => stopServer(child, exited);
  try {
    await waitUntilReady(url, child);
    return { url, exited, stop };
  } catch (cause) {
    await stop();
    throw new Error(`The embedded Postgres did not start:\n${await tail(options.logFile)}`, { cause });
  }
}

export async function urlOf(home: ClusterHome, port: number): Promise<string> {
  const password = await readFile(home.passwordFile, "utf8");
  return `postgres://${SUPERUSER}:${password.trim()}@127.0.0.1:${port}/postgres`;
}

/** A port that nobody listens on at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

type Spawned = { readonly child: ChildProcess; readonly exited: Promise<unknown> };

async function spawnPostgres({ home, binaries, port, settings, logFile }: ServerOptions): Promise<Spawned> {
  // Opened by us and inherited: the user who runs Postgres may not be allowed to enter the data folder.
  await using log = await open(logFile, "a", 0o600);
  const fixed = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(port) };
  const flags = Object.entries({ ...settings, ...fixed }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(binaries.postgres, ["-D", home.dataFolder, ...flags], {
    ...home.runAs,
    cwd: "/",
    env: { LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", log.fd, log.fd],
    // A process group of its own: Ctrl-C in the terminal is for us, and we still need the database while we drain.
    detached: true,
  });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  await once(child, "spawn");
  child.unref();
  return { child, exited };
}

async function waitUntilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(url)) return;
    if (Date.now() > deadline) throw new Error(`Not ready after ${READY_TIMEOUT_MS} ms.`);
    await sleep(READY_POLL_MS);
  }
  throw new Error(`It ended with ${child.signalCode ?? `exit code ${child.exitCode}`}.`);
}

/** False while the server is starting; rejects when it answers anything else. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (isStartingOrStopping(error)) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function stopServer(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  // SIGINT is Postgres' fast shutdown: it ends all sessions and writes a checkpoint.
  child.kill("SIGINT");
  const tooLong = setTimeout(() => child.kill("SIGQUIT"), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(tooLong);
}

async function tail(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  return lines.slice(-LOG_LINES_SHOWN).join("\n");
}
