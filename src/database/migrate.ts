import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { DataSource, type MigrationInterface, type QueryRunner } from "typeorm";
import { EXIT, StartError } from "../errors.ts";
import { DATABASE_DRIVER, SILENT_LOGGER } from "./data-source.ts";
import type { Timeouts } from "./database-client.ts";
import { INSUFFICIENT_PRIVILEGE, isErrorCode, isOutage, UNDEFINED_TABLE } from "./database-errors.ts";
import type { DatabasePoolConfig } from "./database-pool.ts";

/** One connection holds the lock while the other migrates. */
const POOL_SIZE = 2;

/** A number that no other code locks in this database: "people" on a telephone's keys. */
const MIGRATION_LOCK = 736753;

const LOCK_POLL_MS = 100;

/** A statement of a migration takes as long as its table is large. TCP keep-alive detects a dead peer. */
const TIMEOUTS: Timeouts = { beginMs: 60 * 60_000, statementMs: 60 * 60_000 };

export type Migrations = readonly (new () => MigrationInterface)[];

/** Next to `src/`, in the sources as well as in `dist/`. */
const FOLDER = new URL("../../migrations/", import.meta.url);

/** Every migration in `migrations/`, ordered by file name. A new file needs no entry anywhere. */
export async function findMigrations(): Promise<Migrations> {
  const files = (await readdir(FOLDER)).filter((file) => /^\d{4}-[a-z0-9-]+\.(ts|js)$/.test(file)).sort();
  const modules: Record<string, Migrations[number]>[] = await Promise.all(
    files.map((file) => import(new URL(file, FOLDER).href)),
  );
  return modules.flatMap((module) => Object.values(module));
}

/**
 * Runs all pending migrations, each in a transaction of its own. Of several apps that start at once one
 * migrates and the others wait. It uses connections of its own, because a migration may take longer than a
 * request.
 *
 * @returns the names of those that this call ran.
 */
export async function migrate(url: string, migrations: Migrations): Promise<readonly string[]> {
  const dataSource = await openForMigrations(url, migrations);
  const lock = dataSource.createQueryRunner();
  try {
    // A login that owns nothing may still find that no migration is pending.
    if ((await listMissing(dataSource, migrations).catch(() => ["all"])).length === 0) return [];
    await takeLock(lock);
    await requireCreate(lock);
    const applied = await dataSource.runMigrations({ transaction: "each" });
    return applied.map(({ name }) => name);
  } catch (error) {
    throw isOutage(error) ? error : await migrationFailed(error, dataSource, migrations);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}

/** If TypeORM may not create its table, it would keep a connection for ever. */
async function requireCreate(queryRunner: QueryRunner): Promise<void> {
  const [may] = await queryRunner.query("select has_schema_privilege(current_schema(), 'create') as create");
  if (!may?.create) throw Object.assign(new Error("no right to create"), { code: INSUFFICIENT_PRIVILEGE });
}

/** Without the message of the database, which may quote a row. */
async function migrationFailed(
  cause: unknown,
  dataSource: DataSource,
  migrations: Migrations,
): Promise<StartError> {
  const [failed = "A migration"] = await listMissing(dataSource, migrations).catch(() => []);
  if (isErrorCode(cause, INSUFFICIENT_PRIVILEGE)) {
    const message = `${failed} needs the login that owns the database: set MIGRATION_DATABASE_URL to it.`;
    return new StartError(message, EXIT.config, { cause });
  }
  const state = cause instanceof Error && "code" in cause ? ` (SQLSTATE ${cause.code})` : "";
  const message =
    `${failed} failed${state} and was rolled back. The database is in the state after the previous ` +
    "migration.";
  return new StartError(message, EXIT.software, { cause });
}

/** Reverts the newest migration, for tests and for emergencies of an operator. */
export async function revertMigration(url: string, migrations: Migrations): Promise<void> {
  const dataSource = await openForMigrations(url, migrations);
  try {
    await dataSource.undoLastMigration({ transaction: "each" });
  } finally {
    await dataSource.destroy();
  }
}

/** Rejects when the database does not answer, or lacks a migration, as after a restored backup. */
export async function checkMigrated(dataSource: DataSource, migrations: Migrations): Promise<void> {
  const missing = await listMissing(dataSource, migrations);
  if (missing.length > 0) throw new Error(`The database lacks migrations: ${missing.join(", ")}.`);
}

/** For a replica that does not migrate: its start fails until another process has migrated. */
export async function requireMigrated(dataSource: DataSource, migrations: Migrations): Promise<void> {
  const missing = await listMissing(dataSource, migrations).catch((error: unknown) => {
    if (isErrorCode(error, UNDEFINED_TABLE, INSUFFICIENT_PRIVILEGE)) return ["all of them"];
    throw error;
  });
  if (missing.length === 0) return;
  throw new StartError(
    `The database lacks migrations: ${missing.join(", ")}. With MIGRATE=off another process runs them: ` +
      "npm run migrate. Start again after that.",
    EXIT.unavailable,
  );
}

async function listMissing(dataSource: DataSource, migrations: Migrations): Promise<string[]> {
  const rows: { name: string }[] = await dataSource.query(
    "/* database.checkMigrated */ select name from migrations",
  );
  const applied = new Set(rows.map(({ name }) => name));
  return migrations
    .map((Migration) => new Migration().name ?? Migration.name)
    .filter((name) => !applied.has(name));
}

const openForMigrations = (url: string, migrations: Migrations): Promise<DataSource> =>
  new DataSource({
    type: "postgres",
    url,
    migrations: [...migrations],
    poolSize: POOL_SIZE,
    logger: SILENT_LOGGER,
    installExtensions: false,
    applicationName: "people-subgraph migrations",
    driver: DATABASE_DRIVER,
    extra: { timeouts: TIMEOUTS } satisfies DatabasePoolConfig,
  }).initialize();

/**
 * Holds the lock in a transaction until the connection is released. A pooler lends a session only for a
 * transaction, and would keep a session lock for ever.
 *
 * We poll for the lock instead of waiting for it. A waiting statement holds a snapshot, and a migration that
 * builds an index concurrently would wait for that snapshot for ever. Between statements this transaction
 * holds no snapshot.
 */
async function takeLock(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query("begin; set local idle_in_transaction_session_timeout = 0");
  const ask = `select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as taken`;
  while (!(await queryRunner.query(ask))[0].taken) await sleep(LOCK_POLL_MS);
}
