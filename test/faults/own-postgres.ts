import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findClusterHome } from "../../src/database/embedded/cluster-home.ts";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
import { findPostgresPrograms } from "../../src/database/embedded/postgres-programs.ts";
import { startServer } from "../../src/database/embedded/server.ts";
import { createLogger } from "../../src/log.ts";

export type OwnPostgres = AsyncDisposable & {
  readonly url: string;
  readonly clusterFolder: string;
  /** Sends the server a signal. If the server ends, it is restarted at the same address. */
  signal(signal: NodeJS.Signals): Promise<void>;
};

export type OwnPostgresOptions = {
  readonly settings?: Readonly<Record<string, string>>;
  /** The data folder; the default is a temporary one. */
  readonly folder?: string;
};

const RESTART_DELAY_MS = 2_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts a Postgres that a test may harm: all tests share the one of the test run. */
export async function startOwnPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  await using starting = new AsyncDisposableStack();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "people-faults-")));
  if (!options.folder) starting.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root, so its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  const log = createLogger("silent");
  const { settings = {} } = options;
  const first = await startEmbeddedPostgres({ dataDir: folder, log, settings, initdbFlags: ["--no-sync"] });
  const { url } = first;
  let stop: () => PromiseLike<void> = first[Symbol.asyncDispose];
  let isStopped = false;
  let restarting: Promise<void> | undefined;
  const restartWhenLost = (lost: AbortSignal): void =>
    lost.addEventListener("abort", () => {
      restarting = restart();
    });
  /** As an operator does, also while the disk is full. */
  async function restart(): Promise<void> {
    const home = await findClusterHome(folder, log);
    const postgres = join(await findPostgresPrograms(home.runAs), "postgres");
    const { port } = new URL(url);
    const server = { home, postgres, logFile: join(folder, "postgres.log"), settings: { ...settings, port } };
    while (!isStopped) {
      const started = await startServer(server).catch(() => undefined);
      if (started) {
        stop = () => started.stop(STOP_TIMEOUT_MS);
        return restartWhenLost(started.lost);
      }
      await sleep(RESTART_DELAY_MS);
    }
  }
  restartWhenLost(first.lost);
  starting.defer(async () => {
    isStopped = true;
    await restarting;
    await stop();
  });
  const clusterFolder = join(folder, "postgres", "data");
  const started = starting.move();
  return {
    url,
    clusterFolder,
    async signal(signal) {
      const [pid] = (await readFile(join(clusterFolder, "postmaster.pid"), "utf8")).split("\n");
      process.kill(Number(pid), signal);
    },
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}
