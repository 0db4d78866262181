import pg from "pg";
import { DataSource, type DataSourceOptions, type Logger as TypeormLogger } from "typeorm";
import type { Logger } from "../log.ts";
import type { Timeouts } from "./database-client.ts";
import { DatabasePool, type DatabasePoolConfig } from "./database-pool.ts";

/** Enough for a burst of requests, and a tenth of Postgres' usual 100 connections. */
export const POOL_SIZE = 10;

/**
 * A user waits for the response. A longer wait for a connection only hides that the database is down or
 * overloaded.
 */
const CONNECT_TIMEOUT_MS = 2_000;

/**
 * No request waits longer than ten seconds for a response: 2 s for a connection, and 7 s for a statement that
 * gets no answer. Six seconds are longer than `lock_timeout`, so that a blocked lock is reported as such.
 */
const REQUEST_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 6_000 };

/** Postgres' object id of the type `date`. */
const DATE_TYPE = 1082;

/** TypeORM would print failed statements with their parameters. Relevant failures reach us as errors. */
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
  /** Limits for a statement and for its answer. */
  timeouts?: Timeouts;
  /** Behind a pooler, no connection keeps statements. */
  isPooled?: boolean;
};

/** Opens a pool of connections that returns dates as text. Rejects when Postgres does not answer. */
export function openDataSource(options: OpenDataSourceOptions): Promise<DataSource> {
  const { url, entities, log, poolSize = POOL_SIZE, connectTimeoutMs = CONNECT_TIMEOUT_MS } = options;
  const { timeouts = REQUEST_TIMEOUTS, isPooled = false } = options;
  return new DataSource({
    type: "postgres",
    url,
    entities,
    poolSize,
    logger: SILENT_LOGGER,
    applicationName: "people-subgraph",
    connectTimeoutMS: connectTimeoutMs,
    driver: DATABASE_DRIVER,
    // Extensions need rights that a managed database rarely grants, and we use none.
    installExtensions: false,
    poolErrorHandler: (error: Error) => log.warn({ reason: error.message }, "database connection lost"),
    extra: {
      timeouts,
      keepsStatements: !isPooled,
      types: calendarDaysAsText(),
    } satisfies DatabasePoolConfig,
  }).initialize();
}

/** Makes TypeORM open pools of our class. */
export const DATABASE_DRIVER = { Pool: DatabasePool };

/**
 * A calendar day is text, `YYYY-MM-DD`: as a `Date` it would become an instant in the time zone of this
 * process.
 */
function calendarDaysAsText(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(DATE_TYPE, (day: string) => day);
  return types;
}
