import { escapeLiteral } from "pg";
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from "typeorm";
import { DatabaseClient } from "./database-client.ts";
import { asUnavailable } from "./database-errors.ts";

/** The role that serves and syncs. It owns nothing, so that row-level security binds it (see migrations/). */
export const APP_ROLE = "people_app";

/**
 * What holds in each of our transactions. Set with `begin` and not with the connection: a pooler between us and Postgres hands
 * connections on, and refuses or forgets what they were opened with.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  // Compiling a query pays off for reports over millions of rows; a reporting line of fifty people it slows down sixty-fold.
  jit: "off",
  // A lock that is not to be had within seconds is held by something that needs looking at.
  lock_timeout: "5s",
  // A transaction that a bug left open would keep vacuum from cleaning up for as long as it lives.
  idle_in_transaction_session_timeout: "30s",
};

/**
 * Where a statement has failed, Postgres answers `commit` by rolling back, and calls that no error. Any other statement is refused
 * there, so work that swallowed the failure cannot look done.
 */
const COMMIT = "select; commit";

const READ_ONLY_SNAPSHOT = "isolation level repeatable read read only";

/**
 * A statement whose client is gone ends within seconds, and lets go of its locks: the next process would find them taken. Postgres
 * refuses the setting on Windows.
 */
const WATCH_CLIENT = `case when version() !~* 'mingw|msvc|visual|windows'
  then set_config('client_connection_check_interval', '2s', true) end`;

/**
 * Begins a transaction as the application's role, bound to one tenant, in one round trip. Both settings are local to the
 * transaction: whoever gets the pooled connection next starts without a tenant and therefore sees no row at all.
 */
async function begin(queryRunner: QueryRunner, tenantId: string, mode = ""): Promise<void> {
  try {
    const { statementTimeoutMs } = await clientOf(queryRunner);
    const local = { ...SETTINGS, statement_timeout: `${statementTimeoutMs}ms`, "app.tenant": tenantId };
    await queryRunner.query(
      `begin ${mode}; set local role ${APP_ROLE}; select ${settings(local)}, ${WATCH_CLIENT}`,
    );
  } catch (error) {
    // Any other error means that there was no connection to be had: asking for one again would wait as long again.
    if (error instanceof QueryFailedError) await queryRunner.query("rollback").catch(() => undefined);
    throw asUnavailable(error);
  }
  inOrder(queryRunner);
}

/** The connection that the statements of a query runner take. */
async function clientOf(queryRunner: QueryRunner | undefined): Promise<DatabaseClient> {
  const client: unknown = await queryRunner?.connect();
  if (client instanceof DatabaseClient) return client;
  throw new Error("This work needs a transaction on a connection of our own pool.");
}

const settings = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `set_config('${name}', ${escapeLiteral(value)}, true)`)
    .join(", ");

/**
 * Makes the statements of loaders that run side by side wait for each other. A connection takes one at a time anyway, and
 * the next major version of node-postgres will refuse the second instead of keeping it.
 */
function inOrder(queryRunner: QueryRunner): void {
  const query = queryRunner.query.bind(queryRunner);
  let last: Promise<unknown> = Promise.resolve();
  queryRunner.query = (...statement: Parameters<typeof query>) => {
    const next = last.then(() => query(...statement));
    last = next.catch(() => undefined);
    return next;
  };
}

/**
 * Runs `work` in one read-write transaction of the tenant: commits when it resolves, rolls back when it throws. Rejects when nothing
 * could be committed, also if the work kept the failure of a statement to itself.
 */
export async function inTenant<Result>(
  dataSource: DataSource,
  tenantId: string,
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await begin(queryRunner, tenantId);
    try {
      const result = await work(queryRunner.manager);
      await queryRunner.query(COMMIT);
      return result;
    } catch (error) {
      await queryRunner.query("rollback").catch(() => undefined);
      throw asUnavailable(error);
    }
  } finally {
    await queryRunner.release();
  }
}

/**
 * Runs `work` within the manager's transaction as the role that logged in, for the few things that the application's role
 * may not do: the queue's own tables, and statistics. No place for a tenant's rows: row-level security may not bind a login.
 */
export async function asLogin<Result>(manager: EntityManager, work: () => Promise<Result>): Promise<Result> {
  await manager.query("reset role");
  try {
    return await work();
  } finally {
    // A statement that failed has ended the transaction and the role with it; its error is the one to report.
    await manager.query(`set local role ${APP_ROLE}`).catch(() => undefined);
  }
}

/** Lets the statements of this transaction take longer than its pool allows, and waits as long for their answers. */
export async function extendStatementTimeout(manager: EntityManager, timeoutMs: number): Promise<void> {
  (await clientOf(manager.queryRunner)).extendTimeout(timeoutMs);
  await manager.query(`set local statement_timeout = ${timeoutMs}`);
}

export type ReadSnapshot = {
  manager(): Promise<EntityManager>;
  close(): Promise<void>;
};

/**
 * One consistent view of a tenant's directory. Nothing is opened before the first `manager()`; every later call shares
 * that transaction until `close()`, which is safe to call at any time and more than once.
 */
export function createReadSnapshot(dataSource: DataSource, tenantId: string): ReadSnapshot {
  let opened: { queryRunner: QueryRunner; manager: Promise<EntityManager> } | undefined;
  return {
    manager() {
      if (!opened) {
        const queryRunner = dataSource.createQueryRunner();
        const manager = begin(queryRunner, tenantId, READ_ONLY_SNAPSHOT).then(() => queryRunner.manager);
        opened = { queryRunner, manager };
      }
      return opened.manager;
    },
    async close() {
      const closing = opened;
      opened = undefined;
      if (!closing) return;
      const isOpen = await closing.manager.then(Boolean, () => false);
      if (isOpen) await closing.queryRunner.query("commit").catch(() => undefined);
      await closing.queryRunner.release();
    },
  };
}
