import type { DataSource } from "typeorm";
import { inTenant } from "../../database/transaction.ts";
import type { Queue } from "../../jobs/queue.ts";
import { dailyRunJob } from "../due/daily-run.job.ts";
import { beginEpoch } from "../events/event-stream.repository.ts";

/**
 * Begins a new epoch of every company's log after the database was restored from a backup. Cursors of events
 * that the backup lacks always answer BAD_CURSOR. The schedules list the companies, because row-level
 * security limits a transaction to one of them.
 *
 * @returns how many logs there are.
 */
export async function declareRestore({
  dataSource,
  queue,
}: {
  readonly dataSource: DataSource;
  readonly queue: Queue;
}): Promise<number> {
  let logs = 0;
  for (const { payload } of await queue.listSchedules(dailyRunJob)) {
    if (await inTenant(dataSource, payload.tenantId, beginEpoch)) logs += 1;
  }
  return logs;
}
