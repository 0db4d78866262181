import type { DataSource } from "typeorm";
import { onTestFinished } from "vitest";

/**
 * Begins a transaction with a statement that locks. Its locks could block the next test for ever, so the
 * transaction ends with the test, even if the test fails.
 *
 * @returns ends it earlier.
 */
export async function openTransaction(
  dataSource: DataSource,
  statement: string,
): Promise<() => Promise<void>> {
  const runner = dataSource.createQueryRunner();
  const end = async (): Promise<void> => {
    if (runner.isReleased) return;
    await runner.query("rollback");
    await runner.release();
  };
  onTestFinished(end);
  await runner.query(`begin; ${statement}`);
  return end;
}

/**
 * Selects a row for each transaction of this database that waits for a lock on the table. In all databases of
 * the test run, which are copies, the table has the same id.
 */
export const lockWaits = (table: string): string =>
  `select from pg_locks where not granted and relation = '${table}'::regclass
   and database = (select oid from pg_database where datname = current_database())`;

/** How many transactions wait for a lock on the table. */
export const countWaiting = async (dataSource: DataSource, table: string): Promise<number> =>
  (await dataSource.query<unknown[]>(lockWaits(table))).length;
