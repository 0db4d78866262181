import type { DataSource } from "typeorm";
import { lockWaits } from "../../support/lock-waits.ts";

/** Whether a transaction waits for a lock on the table. */
export async function isWaitingFor(dataSource: DataSource, table: string): Promise<boolean> {
  return (await dataSource.query<unknown[]>(lockWaits(table))).length > 0;
}
