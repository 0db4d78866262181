import { escapeLiteral } from "pg";
import { type DataSource, type EntityManager, QueryFailedError, type QueryRunner } from "typeorm";
import { asUnavailable } from "./database-errors.ts";

/** The role that serves and syncs. It owns nothing, so that row-level security binds it (see migrations/). */
export const APP_ROLE = "people_app";

/** Compiling a query pays off for reports over millions of rows; a reporting line of fifty people it slows down sixty-fold. */
const NO_JIT = "set local jit = off";

const READ_ONLY_SNAPSHOT = "isolation level repeatable read read only";

/**
 * Begins a transaction as the application's role, bound to one tenant, in one round trip. Both settings are local to the
 * transaction: whoever gets the pooled connection next starts without a tenant and therefore sees no row at all.
 */
async function begin(queryRunner: QueryRunner, tenantId: string, mode = ""): Promise<void> {
  try {
    await queryRunner.query(
      `begin ${mode}; set local role ${APP_ROLE}; ${NO_JIT}; select set_config('app.tenant', ${escapeLiteral(tenantId)}, true)`,
    );
  } catch (error) {
    // Any other error means that there was no connection to be had: asking for one again would wait as long again.
    if (error instanceof QueryFailedError) await queryRunner.query("rollback").catch(() => undefined);
    throw asUnavailable(error);
  }
  inOrder(queryRunner);
}

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

/** Runs `work` in one read-write transaction of the tenant: commits when it resolves, rolls back when it throws. */
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
      await queryRunner.query("commit");
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

/** Lets the statements of this transaction take longer than a request's may. */
export const allowStatements = (manager: EntityManager, timeoutMs: number): Promise<unknown> =>
  manager.query(`set local statement_timeout = ${timeoutMs}`);

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
