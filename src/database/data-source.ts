import pg from "pg";
import { DataSource, type DataSourceOptions, type Logger as TypeormLogger } from "typeorm";
import type { Logger } from "../log.ts";
import { DatabaseClient, type Timeouts } from "./database-client.ts";

/** Room for a burst of requests without taking more than a tenth of Postgres' usual 100 connections. */
export const POOL_SIZE = 10;

/** Somebody waits for an answer: to wait longer for a connection only hides that the database is gone or overrun. */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * No request waits longer than ten seconds for an answer: 2 s for a connection, and 7 s for the statement on it that gets none.
 * Six is also longer than a lock is waited for, so that `lock_timeout` is what reports a lock.
 */
export const REQUEST_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 6_000 };

/** Postgres' type number of `date`. */
const DATE_TYPE = 1082;

/** TypeORM would print failed statements with their parameters. What matters reaches us as an error. */
export const SILENT_LOGGER: TypeormLogger = {
  logQuery: () => undefined,
  logQueryError: () => undefined,
  logQuerySlow: () => undefined,
  logSchemaBuild: () => undefined,
  logMigration: () => undefined,
  log: () => undefined,
};

export type OpenDataSourceOptions = {
  url: string;
  entities: NonNullable<DataSourceOptions["entities"]>;
  log: Logger;
  poolSize?: number;
  /** How long a caller waits for a connection. */
  connectTimeoutMs?: number;
  /** How long a statement may take, and how long its answer is waited for. */
  timeouts?: Timeouts;
};

/** Opens a pool of connections, with dates as text. Rejects when Postgres does not answer. */
export function openDataSource(options: OpenDataSourceOptions): Promise<DataSource> {
  const { url, entities, log, poolSize = POOL_SIZE, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const { timeouts = REQUEST_TIMEOUTS } = options;
  return new DataSource({
    type: "postgres",
    url,
    entities,
    poolSize,
    logger: SILENT_LOGGER,
    applicationName: "people-subgraph",
    connectTimeoutMS: connectTimeoutMs,
    // Extensions need rights that a managed database rarely gives, and we use none.
    installExtensions: false,
    poolErrorHandler: (error: Error) => log.warn({ reason: error.message }, "database connection lost"),
    extra: { ...poolClientOptions(timeouts), types: calendarDaysAsText() } satisfies pg.PoolConfig,
  }).initialize();
}

/** What makes node-postgres' pool open connections of ours. */
export const poolClientOptions = (timeouts: Timeouts) => ({
  Client: DatabaseClient,
  timeouts,
  siblings: new Set<DatabaseClient>(),
});

/** A calendar day is text, `YYYY-MM-DD`: as a `Date` it would become an instant in whatever zone this process runs. */
function calendarDaysAsText(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(DATE_TYPE, (day: string) => day);
  return types;
}
