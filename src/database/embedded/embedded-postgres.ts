import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../log.ts";
import { findClusterHome, initialiseCluster } from "./cluster-home.ts";
import { holdClusterLock } from "./cluster-lock.ts";
import { endOrphan } from "./orphan.ts";
import { preparePostgresBinaries } from "./postgres-binaries.ts";
import { findFreePort, type Server, type ServerOptions, startServer } from "./postgres-server.ts";

export type EmbeddedPostgresOptions = {
  dataDir: string;
  log: Logger;
  /** Postgres settings and flags of initdb beyond ours: a test's database need not survive a power cut. */
  settings?: Readonly<Record<string, string>>;
  initdbFlags?: readonly string[];
};

export type EmbeddedPostgres = AsyncDisposable & {
  /** With the password in it: never to be logged. */
  readonly url: string;
};

/** Its log is written to disk and not to our log, so it never quotes a row. */
const SETTINGS = {
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
  timezone: "UTC",
};

/** Somebody else may take a free port before we do; three times in a row is something else. */
const STARTS_MAX = 3;

const RESTART_DELAY_MS = 500;
const RESTARTS_MAX = 20;

/**
 * A real Postgres of our own, for whoever has none: its programs come from npm, its data is kept in `dataDir`.
 *
 *     home ──▶ binaries ──▶ initdb ──▶ orphan? ──▶ postgres ──▶ lock
 *     who may    where they   once       ended       our child     one app per
 *     run it     can run                                           data folder
 *
 * It listens on loopback only, with a password that is made once. It is not in our process group and we install no exit
 * hook: it runs until it is disposed, and if we are killed instead, the next start ends it.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, log, settings = {}, initdbFlags = [] } = options;
  const home = await findClusterHome(dataDir, log);
  const binaries = await preparePostgresBinaries(home.runAs);
  await initialiseCluster(home, binaries, initdbFlags);

  await using starting = new AsyncDisposableStack();
  const server = await startOnFreePort(
    { home, binaries, settings: { ...SETTINGS, ...settings }, logFile: join(dataDir, "postgres.log") },
    log,
  );
  starting.defer(() => server.stop());
  starting.use(await holdClusterLock(server.url, log));
  const started = starting.move();
  return { url: server.url, [Symbol.asyncDispose]: () => started.disposeAsync() };
}

async function startOnFreePort(options: Omit<ServerOptions, "port">, log: Logger): Promise<Supervised> {
  for (let start = 1; ; start++) {
    await endOrphan(options.home, log);
    try {
      return await superviseServer({ ...options, port: await findFreePort() }, log);
    } catch (error) {
      if (start === STARTS_MAX) throw error;
    }
  }
}

type Supervised = Pick<Server, "url" | "stop">;

/** A server that is started again, at the same address, when it ends without having been asked to. */
async function superviseServer(options: ServerOptions, log: Logger): Promise<Supervised> {
  let server = await startServer(options);
  let stopping = false;
  const watching = watch();

  async function watch(): Promise<void> {
    for (let failures = 0; failures < RESTARTS_MAX; ) {
      await server.exited;
      if (stopping) return;
      log.error("the embedded Postgres ended by itself and is started again");
      await sleep(RESTART_DELAY_MS);
      try {
        server = await startServer(options);
        failures = 0;
        if (stopping) await server.stop();
      } catch (error) {
        failures++;
        log.error(
          { reason: error instanceof Error ? error.message : "" },
          "the embedded Postgres does not start",
        );
      }
    }
  }

  return {
    url: server.url,
    async stop() {
      stopping = true;
      await server.stop();
      await watching;
    },
  };
}
