import type { DataSource } from "typeorm";
import { EXIT, StartError } from "../errors.ts";
import type { Logger } from "../log.ts";
import { checkIsolation } from "./check-isolation.ts";
import { checkPrimary, checkServer } from "./check-server.ts";
import { checkServingLogin } from "./check-serving-login.ts";
import { type OpenDataSourceOptions, openDataSource } from "./data-source.ts";
import type { Timeouts } from "./database-client.ts";
import { INSUFFICIENT_PRIVILEGE, isErrorCode } from "./database-errors.ts";
import { startEmbeddedPostgres } from "./embedded/embedded-postgres.ts";
import { checkMigrated, type Migrations, migrate, requireMigrated } from "./migrate.ts";
import { type Notifications, openNotifications, openPolledNotifications } from "./notifications.ts";

/** Where the database is, and with which logins the service uses it. */
export type DatabaseLogins = {
  /** Without a URL, the app starts a Postgres of its own in `dataDir`. */
  readonly url?: string | undefined;
  /** The login that owns the tables and migrates them; without it, the one that serves does. */
  readonly migrationUrl?: string | undefined;
  /** False for a replica that leaves migrations to `npm run migrate`; true by default. */
  readonly migrates?: boolean;
  readonly dataDir: string;
};

export type DatabaseOptions = {
  readonly entities: OpenDataSourceOptions["entities"];
  readonly migrations: Migrations;
  /** With `AUTH=off` a login with too many rights is a warning, else an error. */
  readonly authIsOff: boolean;
  /** How long an embedded Postgres may take to stop; called when the stop begins. */
  readonly stopWithinMs?: () => number;
  readonly log: Logger;
};

export type AsOwner = <Result>(work: (dataSource: DataSource) => Promise<Result>) => Promise<Result>;

export type Database = AsyncDisposable & {
  /** For requests. */
  readonly dataSource: DataSource;
  /**
   * For jobs, on connections of its own: long work, or work that waits for a lock, never takes one from a
   * request.
   */
  readonly jobsDataSource: DataSource;
  readonly url: string;
  /** The owner's URL; undefined where this process must not migrate. */
  readonly migrationUrl: string | undefined;
  /** The migrations that this start has run. */
  readonly migrated: readonly string[];
  /** Runs an operator's work on a connection of the login that owns the tables. */
  readonly asOwner: AsOwner;
  /** Whether a pooler is in between: connections change clients, so LISTEN receives nothing. */
  readonly isPooled: boolean;
  readonly notifications: Notifications;
  /** Aborted when an embedded Postgres stops by itself: from then on this process has no database. */
  readonly lost: AbortSignal;
  /** Rejects with the reason when the database does not answer or is not migrated. */
  checkReady(): Promise<void>;
};

/**
 * At most this many jobs use the database at a time, however many are running. The others wait for a
 * connection, which may take as long as the largest company's transaction.
 */
const JOBS_POOL_SIZE = 10;
const JOBS_CONNECT_TIMEOUT_MS = 10 * 60_000;

/** No caller waits for a job. Longer statements, such as planning or applying, extend the timeout. */
const JOBS_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 30_000 };

/**
 * node-postgres checks the server's certificate in these modes too, and warns that a later version will not.
 * We always check it, so we write that into the URL. `uselibpqcompat` asks for libpq's meaning.
 */
const checkCertificates = (url: string): string =>
  url.includes("uselibpqcompat=")
    ? url
    : url.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");

/** Opens the database: reachable, migrated, isolating tenants, and served by a login that owns nothing. */
export async function openDatabase(logins: DatabaseLogins, options: DatabaseOptions): Promise<Database> {
  const { migrates = true } = logins;
  const { entities, migrations, authIsOff, log } = options;
  await using opening = new AsyncDisposableStack();
  // From here on no code depends on whether Postgres is embedded.
  const { url, ownerUrl, lost } = await chooseLogins(logins, options, opening);
  const owner = ownerUrl ?? url;
  let migrated: readonly string[] = [];
  if (migrates) {
    await checkServer(owner, ownerUrl === undefined ? "DATABASE_URL" : "MIGRATION_DATABASE_URL");
    migrated = await migrate(owner, migrations);
  }
  const { isPooled } = await checkServer(url);

  const dataSource = await openDataSource({ url, entities, log, isPooled });
  opening.defer(() => dataSource.destroy());
  if (!migrates) await requireMigrated(dataSource, migrations);
  await checkIsolation(dataSource);
  await checkServingLogin(dataSource, { authIsOff, log });
  const jobsDataSource = await openDataSource({
    url,
    entities,
    log,
    poolSize: JOBS_POOL_SIZE,
    connectTimeoutMs: JOBS_CONNECT_TIMEOUT_MS,
    timeouts: JOBS_TIMEOUTS,
    isPooled,
  });
  opening.defer(() => jobsDataSource.destroy());
  const notifications = opening.use(isPooled ? openPolledNotifications() : await openNotifications(url, log));
  if (isPooled) log.info("connection pooler detected: changes are polled every second");

  const opened = opening.move();
  return {
    dataSource,
    jobsDataSource,
    url,
    migrated,
    migrationUrl: migrates ? owner : undefined,
    asOwner: (work) => asOwner({ url: owner, entities, log }, work),
    isPooled,
    notifications,
    lost,
    checkReady: async () => {
      await checkPrimary(dataSource);
      await checkMigrated(dataSource, migrations);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The login that serves and the login that owns the tables, of the given Postgres or of an embedded one. */
async function chooseLogins(
  { url, migrationUrl, dataDir }: DatabaseLogins,
  { log, stopWithinMs }: DatabaseOptions,
  opening: AsyncDisposableStack,
): Promise<{ readonly url: string; readonly ownerUrl: string | undefined; readonly lost: AbortSignal }> {
  if (url !== undefined) {
    const ownerUrl = migrationUrl && checkCertificates(migrationUrl);
    return { url: checkCertificates(url), ownerUrl, lost: new AbortController().signal };
  }
  const embedded = await startEmbeddedPostgres({ dataDir, log, ...(stopWithinMs && { stopWithinMs }) });
  opening.use(embedded);
  return { url: embedded.servingUrl, ownerUrl: embedded.url, lost: embedded.lost };
}

async function asOwner<Result>(
  options: Pick<OpenDataSourceOptions, "url" | "entities" | "log">,
  work: (dataSource: DataSource) => Promise<Result>,
): Promise<Result> {
  const dataSource = await openDataSource({ ...options, poolSize: 1, timeouts: JOBS_TIMEOUTS });
  try {
    return await work(dataSource);
  } catch (cause) {
    if (!isErrorCode(cause, INSUFFICIENT_PRIVILEGE)) throw cause;
    const message = "This needs the login that owns the tables: set MIGRATION_DATABASE_URL to it.";
    throw new StartError(message, EXIT.config, { cause });
  } finally {
    await dataSource.destroy();
  }
}
