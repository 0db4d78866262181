import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseClient } from "../database-client.ts";
import { type ClusterHome, seenFromInside } from "./cluster-home.ts";
import { takeClusterLock } from "./cluster-lock.ts";
import type { PostgresBinaries } from "./postgres-binaries.ts";
import { findRunningServer, type RunningServer } from "./running-server.ts";

/** Crash recovery replays the write-ahead log since the last checkpoint, at most five minutes of work. */
const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 20;

/**
 * Another program may take a free port before Postgres does, and sessions of a killed Postgres take a moment
 * to end. Three failures in a row have another cause.
 */
const STARTS_MAX = 3;
const RETRY_DELAY_MS = 500;

const LOG_LINES_SHOWN = 5;

export type ServerOptions = {
  readonly home: ClusterHome;
  readonly binaries: PostgresBinaries;
  /** Default: any free port. */
  readonly port?: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
};

/** A server that belongs to this app while the connection with the lock lives. */
export type ClaimedServer = { readonly server: RunningServer; readonly lock: DatabaseClient };

/**
 * Finds or starts the server of the cluster and takes its lock. The app with the lock owns the server, even
 * if another app started it. Of two that start at once, the slower one is refused and leaves the server
 * running.
 */
export async function claimServer(options: ServerOptions, signal?: AbortSignal): Promise<ClaimedServer> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let child: ChildProcess | undefined;
  for (let failures = 0; Date.now() < deadline && !signal?.aborted; await sleep(READY_POLL_MS)) {
    const server = await findRunningServer(options.home);
    const lock = server && (await takeClusterLock(server.url));
    if (lock) return { server, lock };
    if (server) continue;
    if (child && !hasEnded(child)) continue;
    if (child && ++failures === STARTS_MAX)
      throw new Error(`The embedded Postgres did not start:\n${await readTail(options.logFile)}`);
    if (child) await sleep(RETRY_DELAY_MS);
    child = await spawnPostgres(options);
  }
  child?.kill("SIGINT");
  throw new Error(
    "The Postgres running on this data folder neither responds nor stops. Stop it, then start again.",
  );
}

/** A port on which no program listens at this moment. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function spawnPostgres(options: ServerOptions): Promise<ChildProcess> {
  const { home, binaries, settings, logFile, port = await findFreePort() } = options;
  // We open the log and Postgres inherits it: the user who runs Postgres may not enter the data folder.
  await using log = await open(logFile, "a", 0o600);
  const fixed = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port: String(port) };
  const flags = Object.entries({ ...settings, ...fixed }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
  const child = spawn(binaries.postgres, ["-D", seenFromInside(home.dataFolder), ...flags], {
    ...home.runAs,
    cwd: home.dataFolder,
    env: { LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", log.fd, log.fd],
    // A process group of its own: Ctrl-C in the terminal is for us, and we still need the database while we
    // drain.
    detached: true,
  });
  await once(child, "spawn");
  // A signal that cannot be sent emits `error`, and without a listener that ends the process.
  child.on("error", () => undefined);
  child.unref();
  return child;
}

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;

async function readTail(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, "utf8")).trimEnd().split("\n");
  return lines.slice(-LOG_LINES_SHOWN).join("\n");
}
