import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../../src/database/embedded/embedded-postgres.ts";
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

/** Starts a Postgres that a test may harm: all tests share the one of the test run. */
export async function startOwnPostgres(options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  await using starting = new AsyncDisposableStack();
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "people-faults-")));
  if (!options.folder) starting.defer(() => rm(folder, { recursive: true, force: true }));
  // Postgres does not run as root, so its user must be able to enter the folder that root made.
  await chmod(folder, 0o711);
  const { url } = starting.use(
    await startEmbeddedPostgres({
      dataDir: folder,
      log: createLogger("silent"),
      settings: options.settings ?? {},
      initdbFlags: ["--no-sync"],
    }),
  );
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
