import type { DataSource } from "typeorm";
import { onTestFinished } from "vitest";

/**
 * Begins a transaction with a statement that locks. Its locks would make the next test wait for ever, so it
 * ends with the test, also if that fails.
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
 * How many transactions wait for a lock on the table. Tables of other test databases have the same number.
 */
export async function countWaiting(dataSource: DataSource, table: string): Promise<number> {
  const [row] = await dataSource.query<[{ count: number }]>(
    `select count(*)::int as count from pg_locks where relation = $1::regclass and not granted
      and database = (select oid from pg_database where datname = current_database())`,
    [table],
  );
  return row.count;
}
