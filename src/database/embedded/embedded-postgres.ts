import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../log.ts";
import type { DatabaseClient } from "../database-client.ts";
import { findClusterHome, initialiseCluster } from "./cluster-home.ts";
import { keepClusterLock, takeClusterLock } from "./cluster-lock.ts";
import { deleteOrphanedClusters } from "./cluster-registry.ts";
import { preparePostgresBinaries } from "./postgres-binaries.ts";
import { findRunningServer, type RunningServer } from "./running-server.ts";
import { findFreePort, type ServerOptions, startServer } from "./start-server.ts";

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log: Logger;
  /** Postgres settings and flags of initdb beyond ours: a test's database need not survive a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly initdbFlags?: readonly string[];
  /** Asked when it is disposed. A Postgres that takes longer leaves the rest of its work to the next start. */
  readonly stopWithinMs?: () => number;
};

export type EmbeddedPostgres = AsyncDisposable & {
  /** With the password in it: never to be logged. */
  readonly url: string;
};

/** Its own log never quotes a row. */
const SETTINGS = {
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  timezone: "UTC",
};

/** Crash recovery and a shutdown with much to write take seconds, seldom more. */
const CLAIM_TIMEOUT_MS = 60_000;
const CLAIM_POLL_MS = 50;

/** Postgres writes what is dirty to disk before it stops. */
const STOP_TIMEOUT_MS = 10_000;

/** Somebody else may take a free port before we do; three times in a row is something else. */
const STARTS_MAX = 3;

const RESTART_DELAY_MS = 500;
const RESTARTS_MAX = 20;

/**
 * A real Postgres of our own, for whoever has none: its programs come from npm, its data is kept in `dataDir`.
 *
 *     home ──▶ binaries ──▶ initdb ──▶ running already? ──▶ lock
 *     who may    where they   once       else our child      one app per data folder;
 *     run it     can run                                     the others are refused
 *
 * It listens on loopback only, with a password that is made once. It is not in our process group and there is no exit hook:
 * it runs until it is disposed. If we are killed instead it runs on, without its lock, and the next start takes it over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings = {}, initdbFlags = [], stopWithinMs = () => STOP_TIMEOUT_MS } = options;
  const home = await findClusterHome(dataDir, log);
  // A DATA_DIR that was deleted and made anew names another cluster from here on.
  await deleteOrphanedClusters(log);
  const binaries = await preparePostgresBinaries(home.runAs);
  await initialiseCluster(home, binaries, initdbFlags);

  const logFile = join(dataDir, "postgres.log");
  const server = { home, binaries, logFile, settings: { ...SETTINGS, ...settings } };
  const claimed = await claimServer(server, log);
  const { url } = claimed.server;
  const lock = keepClusterLock(claimed.lock, url, log);
  const stop = supervise(claimed.server, { ...server, port: Number(new URL(url).port) }, log);
  return {
    url,
    async [Symbol.asyncDispose]() {
      await lock[Symbol.asyncDispose]();
      await stop(stopWithinMs());
    },
  };
}

type Claimed = { readonly server: RunningServer; readonly lock: DatabaseClient };

/**
 * Finds or starts the server of the cluster and takes its lock. Whoever gets the lock has the server, no matter whose child
 * it is: of two apps that start at once, the slower one is refused and leaves it running.
 */
async function claimServer(options: Omit<ServerOptions, "port">, log: Logger): Promise<Claimed> {
  const deadline = Date.now() + CLAIM_TIMEOUT_MS;
  for (let starts = 0; Date.now() < deadline; await sleep(CLAIM_POLL_MS)) {
    let server = await findRunningServer(options.home);
    if (server) log.debug("embedded Postgres found running on this data folder");
    try {
      server ??= await startServer({ ...options, port: await findFreePort() });
    } catch (error) {
      if (++starts === STARTS_MAX) throw error;
      continue;
    }
    const lock = await takeClusterLock(server.url);
    if (lock) return { server, lock };
  }
  throw new Error(
    "The Postgres running on this data folder neither responds nor stops. Stop it, then start again.",
  );
}

/** Starts the server again, at the same address, whenever it ends by itself. Gives back what stops it for good. */
function supervise(
  first: RunningServer,
  options: ServerOptions,
  log: Logger,
): (withinMs: number) => Promise<void> {
  let server = first;
  const stopping = new AbortController();
  const watching = watch(stopping.signal);

  async function watch(signal: AbortSignal): Promise<void> {
    for (let failures = 0; failures < RESTARTS_MAX; ) {
      await server.untilEnded(signal);
      if (signal.aborted) return;
      log.error("embedded Postgres stopped unexpectedly; restarting");
      await sleep(RESTART_DELAY_MS);
      try {
        server = await startServer(options);
        failures = 0;
        if (signal.aborted) await server.stop(STOP_TIMEOUT_MS);
      } catch (error) {
        failures++;
        log.error(
          { reason: error instanceof Error ? error.message : "" },
          "embedded Postgres failed to start",
        );
      }
    }
  }

  return async (withinMs) => {
    stopping.abort();
    await server.stop(withinMs);
    await watching;
  };
}
