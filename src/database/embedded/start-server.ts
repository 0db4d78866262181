import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { DatabaseClient } from "../database-client.ts";
import type { ClusterHome } from "./cluster-home.ts";
import { isStartingOrStopping } from "./cluster-lock.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { findRunningServer, type RunningServer, urlOf } from "./running-server.ts";

/** Crash recovery reads the write-ahead log from the last checkpoint on, at most five minutes of work. */
const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 20;

const LOG_LINES_SHOWN = 5;

export type ServerOptions = {
  readonly home: ClusterHome;
  readonly binaries: PostgresBinaries;
  readonly port: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/** Starts Postgres and resolves when it takes connections; rejects with the end of its log when it does not. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const child = await spawnPostgres(options);
  try {
    await untilReady(await urlOf(options.home, options.port), child);
    const server = await findRunningServer(options.home);
    if (!server) throw new Error("It stopped at once.");
    return server;
  } catch (cause) {
    child.kill("SIGQUIT");
    throw new Error(`The embedded Postgres did not start:\n${await tail(options.logFile)}`, { cause });
  }
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

async function spawnPostgres({
  home,
  binaries,
  port,
  settings,
  logFile,
}: ServerOptions): Promise<ChildProcess> {
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
  await once(child, "spawn");
  // A signal that cannot be sent is an event, and one without a listener ends the process.
  child.on("error", () => undefined);
  child.unref();
  return child;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(url)) return;
    if (Date.now() > deadline) throw new Error(`It was not ready after ${READY_TIMEOUT_MS} ms.`);
    await sleep(READY_POLL_MS);
  }
  throw new Error(`It ended with ${child.signalCode ?? `exit code ${child.exitCode}`}.`);
}

/** False while the server is starting; rejects when it answers anything else. */
async function answers(url: string): Promise<boolean> {
  const client = new DatabaseClient({ connectionString: url });
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

async function tail(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  return lines.slice(-LOG_LINES_SHOWN).join("\n");
}
