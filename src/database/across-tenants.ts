import type { DataSource, EntityManager } from "typeorm";

/** Upper bound on waiting for a table lock. A sync that is applying its plan may hold one for a while. */
const LOCK_TIMEOUT = "30s";

/**
 * Runs an operator's work on the rows of all tenants, in one transaction of the tables' owner. Forced
 * row-level security binds the owner too, so we lift the force on these tables until the transaction ends.
 * Until then, its lock blocks every other session from these tables.
 */
export const acrossTenants = <Result>(
  dataSource: DataSource,
  tables: readonly string[],
  work: (manager: EntityManager) => Promise<Result>,
  { lockTimeout = LOCK_TIMEOUT }: { readonly lockTimeout?: string } = {},
): Promise<Result> =>
  dataSource.transaction(async (manager) => {
    await manager.query(`set local lock_timeout = '${lockTimeout}'`);
    for (const table of tables) await manager.query(`alter table ${table} no force row level security`);
    const result = await work(manager);
    for (const table of tables) await manager.query(`alter table ${table} force row level security`);
    return result;
  });
