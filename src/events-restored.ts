import "./check-node.ts";
import "reflect-metadata";
import { readConfig } from "./config.ts";
import { openQueue } from "./jobs/queue.ts";
import { dailyRunJob } from "./lifecycle/due/daily-run.job.ts";
import { declareRestore } from "./lifecycle/feed/declare-restore.ts";
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
  const logs = await declareRestore({ dataSource: database.jobsDataSource, queue });
  log.info({ logs }, "new epoch of the event logs: cursors of lost events now fail with BAD_CURSOR");
});
