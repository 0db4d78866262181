import { createHmac } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import type { DatabaseClient } from "../database-client.ts";
import { APP_ROLE } from "../transaction.ts";
import { deleteAbandonedClusters } from "./abandoned-clusters.ts";
import { findClusterHome, initialiseCluster } from "./cluster-home.ts";
import { findPostgresPrograms } from "./postgres-programs.ts";
import { type ClaimedServer, claimServer, type RunningServer, type ServerOptions } from "./server.ts";

export type EmbeddedPostgresOptions = {
  readonly dataDir: string;
  readonly log: Logger;
  /** Extra Postgres settings and initdb flags: a test's database need not survive a power cut. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly initdbFlags?: readonly string[];
  /** Called on dispose. A Postgres that takes longer recovers at the next start. */
  readonly stopWithinMs?: () => number;
};

/** The superuser's URL, for migrations, and that of the login that serves. Both contain a password. */
export type EmbeddedPostgres = AsyncDisposable & { readonly url: string; readonly servingUrl: string };

/** Keeps rows out of Postgres' own log. */
const SETTINGS = {
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  timezone: "UTC",
};

/** Postgres writes dirty pages to disk before it stops. */
const STOP_TIMEOUT_MS = 10_000;

const SERVING_LOGIN = "people_serving";

/** A cause like a full disk lasts a while, and each failed restart is a line in the log. */
const RESTART_DELAY_MS = 2_000;

/**
 * A real Postgres of our own, for users who have none. It listens on loopback only, with a password that is
 * created once. If we are killed it runs on without its lock, and the next start takes it over.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings, initdbFlags = [], stopWithinMs = () => STOP_TIMEOUT_MS } = options;
  // Before we create this DATA_DIR again, if it was deleted.
  await deleteAbandonedClusters(dataDir, log);
  const home = await findClusterHome(dataDir, log);
  const programs = await findPostgresPrograms(home.runAs);
  await initialiseCluster(home, join(programs, "initdb"), initdbFlags);
  const logFile = join(dataDir, "postgres.log");
  const postgres = join(programs, "postgres");
  const server = { home, postgres, logFile, settings: { ...SETTINGS, ...settings } };
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
 * Claims the server again, at the same address, whenever the connection with the lock ends: Postgres has
 * stopped, or one of its processes crashed. Returns the function that stops it for good.
 */
function keepRunning(first: ClaimedServer, options: ServerOptions, log: Logger): RunningServer["stop"] {
  let { server, lock } = first;
  let isOurs = true;
  const stopping = new AbortController();
  const watching = watch(stopping.signal);

  async function watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      const end = AbortSignal.any([lock.lost, signal]);
      if (!end.aborted) await once(end, "abort");
      if (signal.aborted) return;
      log.error("embedded Postgres stopped or ended its sessions; restarting");
      try {
        ({ server, lock } = await claimServer(options, signal));
        isOurs = true;
      } catch (error) {
        if (signal.aborted) return;
        // Another app was faster to take the lock.
        isOurs = !(error instanceof StartError);
        const reason = error instanceof Error ? error.message : "";
        log.error({ reason }, "embedded Postgres failed to start");
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

/**
 * Creates the login that serves, with the rights of the application's role alone, and returns its URL. Its
 * password follows from the superuser's, so no second secret is stored. The reverse does not hold.
 */
async function prepareServingLogin(superuserUrl: string, client: DatabaseClient): Promise<string> {
  const url = new URL(superuserUrl);
  const password = createHmac("sha256", url.password).update(SERVING_LOGIN).digest("base64url");
  await client.query(`
    do $$ begin
      if to_regrole('${APP_ROLE}') is null then create role ${APP_ROLE} nologin; end if;
      if to_regrole('${SERVING_LOGIN}') is null then create role ${SERVING_LOGIN} login; end if;
    end $$;
    alter role ${SERVING_LOGIN} password '${password}';
    grant ${APP_ROLE} to ${SERVING_LOGIN};
  `);
  return Object.assign(url, { username: SERVING_LOGIN, password }).href;
}
