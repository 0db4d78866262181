import type { DataSource } from "typeorm";
import type { Logger } from "../log.ts";
import { checkIsolation } from "./check-isolation.ts";
import { checkPrimary, checkServer } from "./check-server.ts";
import { type OpenDataSourceOptions, openDataSource } from "./data-source.ts";
import type { Timeouts } from "./database-client.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { checkMigrated, type Migrations, migrate } from "./migrate.ts";
import { type Notifications, openNotifications, openPolledNotifications } from "./notifications.ts";

export type DatabaseOptions = {
  /** Without a URL, the app starts a Postgres of its own in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  entities: OpenDataSourceOptions["entities"];
  migrations: Migrations;
  poolSize?: number;
  /** How long an embedded Postgres may take to stop; called when the stop begins. */
  stopWithinMs?: () => number;
  log: Logger;
};

export type Database = AsyncDisposable & {
  /** For requests. */
  readonly dataSource: DataSource;
  /**
   * For jobs, on connections of its own: long work, or work that waits for a lock, never takes one from a
   * request.
   */
  readonly jobsDataSource: DataSource;
  readonly url: string;
  /** Whether a pooler is in between: connections change clients, so LISTEN receives nothing. */
  readonly isPooled: boolean;
  readonly notifications: Notifications;
  /** Rejects with the reason when the database does not answer or is not migrated. */
  checkReady(): Promise<void>;
};

/**
 * However many jobs are running, this many work in the database at a time. The others wait for a connection,
 * which may take as long as the largest company's transaction.
 */
const JOBS_POOL_SIZE = 10;
const JOBS_CONNECT_TIMEOUT_MS = 10 * 60_000;

/** No caller waits for a job. Longer statements, such as planning or applying, extend the timeout. */
const JOBS_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 30_000 };

/**
 * node-postgres checks the server's certificate in these modes too, and warns that a later version will not.
 * We always check it, so we write that into the URL. `uselibpqcompat` asks for libpq's meaning.
 */
const checkCertificates = (url: string | undefined): string | undefined =>
  url?.includes("uselibpqcompat=")
    ? url
    : url?.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");

/** Opens the database: reachable, migrated, and checked to isolate tenants. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDir, entities, migrations, log, poolSize, stopWithinMs } = options;
  await using opening = new AsyncDisposableStack();
  // From here on no code depends on whether Postgres is embedded.
  const url =
    checkCertificates(options.url) ??
    opening.use(await startEmbeddedPostgres({ dataDir, log, ...(stopWithinMs && { stopWithinMs }) })).url;
  const { isPooled } = await checkServer(url);
  await migrate(url, migrations);

  const dataSource = await openDataSource({ url, entities, log, ...(poolSize ? { poolSize } : {}) });
  opening.defer(() => dataSource.destroy());
  await checkIsolation(dataSource);
  const jobsDataSource = await openDataSource({
    url,
    entities,
    log,
    poolSize: JOBS_POOL_SIZE,
    connectTimeoutMs: JOBS_CONNECT_TIMEOUT_MS,
    timeouts: JOBS_TIMEOUTS,
  });
  opening.defer(() => jobsDataSource.destroy());
  const notifications = opening.use(isPooled ? openPolledNotifications() : await openNotifications(url, log));
  if (isPooled) log.info("connection pooler detected: changes are polled every second");

  const opened = opening.move();
  return {
    dataSource,
    jobsDataSource,
    url,
    isPooled,
    notifications,
    checkReady: async () => {
      await checkPrimary(dataSource);
      await checkMigrated(dataSource, migrations);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
