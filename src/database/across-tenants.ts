import type { DataSource, EntityManager } from "typeorm";

/** The tables that are opened are locked meanwhile. A run that is being applied may hold them for a while. */
const LOCK_TIMEOUT = "30s";

/**
 * Runs an operator's work on the rows of all tenants, in one transaction of the tables' owner. Forced row-level security binds the owner
 * too, so the force is taken off these tables until the transaction ends; its lock keeps everybody else out of them for that long.
 */
export const acrossTenants = <Result>(
  dataSource: DataSource,
  tables: readonly string[],
  work: (manager: EntityManager) => Promise<Result>,
): Promise<Result> =>
  dataSource.transaction(async (manager) => {
    await manager.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
    for (const table of tables) await manager.query(`alter table ${table} no force row level security`);
    const result = await work(manager);
    for (const table of tables) await manager.query(`alter table ${table} force row level security`);
    return result;
  });
