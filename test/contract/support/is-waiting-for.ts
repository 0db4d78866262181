import type { DataSource } from "typeorm";

/** Whether a transaction waits for a lock on the table. */
export async function isWaitingFor(dataSource: DataSource, table: string): Promise<boolean> {
  const locks = "select from pg_locks where relation = $1::regclass and not granted";
  return (await dataSource.query<unknown[]>(locks, [table])).length > 0;
}
