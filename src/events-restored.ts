import "./check-node.ts";
import "reflect-metadata";
import type { DataSource } from "typeorm";
import { readConfig } from "./config.ts";
import { inTenant } from "./database/transaction.ts";
import { openQueue, type Queue } from "./jobs/queue.ts";
import { dailyRunJob } from "./lifecycle/due/daily-run.job.ts";
import { beginEpoch } from "./lifecycle/events/event-stream.repository.ts";
import { createLogger } from "./log.ts";
import { openServiceDatabase } from "./service-database.ts";
import { runProgram } from "./start-failure.ts";

/**
 * `npm run events:restored`: an operator declares that the database was restored from a backup. The service
 * detects most restores when it appends the next event. A data folder that was copied back does not show it.
 */
await runProgram(async () => {
  const config = readConfig();
  const log = createLogger(config.logLevel);
  await using database = await openServiceDatabase(config, log);
  await using queue = await openQueue({
    url: database.url,
    migrationUrl: database.migrationUrl,
    isPooled: database.isPooled,
    jobs: [dailyRunJob],
    log,
  });
  const logs = await beginEpochs(database.jobsDataSource, queue);
  log.info({ logs }, "new epoch of the event logs: cursors of lost events now fail with BAD_CURSOR");
});

/**
 * Begins a new epoch of every company's log. Cursors of events that the backup lacks always answer
 * BAD_CURSOR. The schedules list the companies, because row-level security limits a transaction to one of
 * them.
 *
 * @returns how many logs there are.
 */
async function beginEpochs(dataSource: DataSource, queue: Queue): Promise<number> {
  let logs = 0;
  for (const { payload } of await queue.listSchedules(dailyRunJob)) {
    if (await inTenant(dataSource, payload.tenantId, beginEpoch)) logs += 1;
  }
  return logs;
}
