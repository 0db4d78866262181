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
  /** Without one, a Postgres of our own is started in `dataDir`. */
  url?: string | undefined;
  dataDir: string;
  entities: OpenDataSourceOptions["entities"];
  migrations: Migrations;
  poolSize?: number;
  /** How long an embedded Postgres may take to stop; read when the stop begins. */
  stopWithinMs?: () => number;
  log: Logger;
};

export type Database = AsyncDisposable & {
  /** For requests. */
  readonly dataSource: DataSource;
  /** For jobs, on connections of its own: work that takes long, or waits for a lock, never takes one from a request. */
  readonly jobsDataSource: DataSource;
  readonly url: string;
  /** Whether a pooler is in between: connections are handed on, so LISTEN hears nothing. */
  readonly isPooled: boolean;
  readonly notifications: Notifications;
  /** Rejects with the reason when the database does not answer or is not migrated. */
  checkReady(): Promise<void>;
};

/**
 * However many jobs are under way, no more of them work in the database at a time: the others wait for their turn, which may
 * take as long as the largest company's transaction.
 */
const JOBS_POOL_SIZE = 10;
const JOBS_CONNECT_TIMEOUT_MS = 10 * 60_000;

/** No caller waits for a job. What takes longer than half a minute, such as planning or applying, asks for more. */
const JOBS_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 30_000 };

/**
 * node-postgres checks the server's certificate in these modes too, and warns that a later version will not. We
 * always do, so the URL says so. `uselibpqcompat` asks for the meaning of libpq.
 */
const checkCertificates = (url: string | undefined): string | undefined =>
  url?.includes("uselibpqcompat=")
    ? url
    : url?.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");

/** Opens the database that everything above works on: reachable, migrated, and proven to keep tenants apart. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { dataDir, entities, migrations, log, poolSize, stopWithinMs } = options;
  await using opening = new AsyncDisposableStack();
  // From here on nothing knows whose Postgres it is.
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
