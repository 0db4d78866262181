import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { deleteAbandonedClusters } from "./abandoned-clusters.ts";
import { findClusterHome, initialiseCluster } from "./cluster-home.ts";
import { preparePostgresBinaries } from "./postgres-binaries.ts";
import { prepareServingLogin } from "./serving-login.ts";
import { type ClaimedServer, claimServer, type ServerOptions } from "./start-server.ts";

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log: Logger;
  /** Extra Postgres settings and initdb flags: a test's database need not survive a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly initdbFlags?: readonly string[];
  /** Called on dispose. A Postgres that takes longer recovers at the next start. */
  readonly stopWithinMs?: () => number;
};

export type EmbeddedPostgres = AsyncDisposable & {
  /** The superuser's, for migrations. It contains the password; never log it. */
  readonly url: string;
  /** The URL of the login that serves. */
  readonly servingUrl: string;
};

/** Keeps rows out of Postgres' own log. */
const SETTINGS = {
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  timezone: "UTC",
};

/** Postgres writes dirty pages to disk before it stops. */
const STOP_TIMEOUT_MS = 10_000;

/** A cause like a full disk lasts a while, and each failed restart is a line in the log. */
const RESTART_DELAY_MS = 2_000;

/**
 * A real Postgres of our own, for users who have none: npm installs its programs, and `dataDir` keeps its
 * data.
 *
 *     home ──▶ binaries ──▶ initdb ──▶ running already? ──▶ lock
 *     where, and  where they  once       else our child      one app per data folder;
 *     as which    can run                                    the others are refused
 *     user
 *
 * It listens on loopback only, with a password that is created once. It is not in our process group and there
 * is no exit hook, so it runs until it is disposed. If we are killed it runs on without its lock, and the
 * next start takes it over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings = {}, initdbFlags = [], stopWithinMs = () => STOP_TIMEOUT_MS } = options;
  // Before we create this DATA_DIR again, if it was deleted.
  await deleteAbandonedClusters(dataDir, log);
  const home = await findClusterHome(dataDir, log);
  const binaries = await preparePostgresBinaries(home.runAs);
  await initialiseCluster(home, binaries, initdbFlags);

  const logFile = join(dataDir, "postgres.log");
  const server = { home, binaries, logFile, settings: { ...SETTINGS, ...settings } };
  const claimed = await claimServer(server);
  const { url } = claimed.server;
  const stop = keepRunning(claimed, { ...server, port: Number(new URL(url).port) }, log);
  const servingUrl = await prepareServingLogin(url, claimed.lock).catch(async (error: unknown) => {
    await stop(stopWithinMs());
    throw error;
  });
  return { url, servingUrl, [Symbol.asyncDispose]: () => stop(stopWithinMs()) };
}

/**
 * Claims the server again, at the same address, whenever the connection with the lock ends. Then Postgres has
 * stopped, or has ended all sessions because one of its processes crashed. Returns the function that stops it
 * for good.
 */
function keepRunning(
  first: ClaimedServer,
  options: ServerOptions,
  log: Logger,
): (withinMs: number) => Promise<void> {
  let { server, lock } = first;
  let isOurs = true;
  const stopping = new AbortController();
  const watching = watch(stopping.signal);

  async function watch(signal: AbortSignal): Promise<void> {
    while (await endsFirst(lock.lost, signal)) {
      log.error("embedded Postgres stopped or ended its sessions; restarting");
      try {
        ({ server, lock } = await claimServer(options, signal));
        isOurs = true;
      } catch (error) {
        if (signal.aborted) return;
        // Another app was faster to take the lock.
        isOurs = !(error instanceof StartError);
        log.error(
          { reason: error instanceof Error ? error.message : "" },
          "embedded Postgres failed to start",
        );
        await sleep(RESTART_DELAY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  return async (withinMs) => {
    stopping.abort();
    await watching;
    if (isOurs) await server.stop(withinMs);
    await lock.end().catch(() => undefined);
  };
}

/** Whether `lost` aborts before `stopping` does. */
const endsFirst = (lost: AbortSignal, stopping: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const end = () => resolve(!stopping.aborted);
    if (lost.aborted || stopping.aborted) return end();
    for (const signal of [lost, stopping]) signal.addEventListener("abort", end, { once: true });
  });
