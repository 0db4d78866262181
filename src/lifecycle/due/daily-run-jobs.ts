import type { DataSource, EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../../database/transaction.ts";
import { implementJob, type JobImplementation } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import { tryLockStream } from "../events/event-stream.repository.ts";
import { dailyRunJob, dailyRunsDueJob } from "./daily-run.job.ts";
import { findDueTenants } from "./daily-runs.repository.ts";
import { emitDueDates } from "./emit-due-dates.ts";

/** What daily runs work with. */
export type DailyRunDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly metrics: Metrics;
  /**
   * The database's time; tests pass their own. A host whose clock is ahead must not emit tomorrow's dates.
   */
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** After a year of downtime, one run covers a year. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/** Enqueues the daily run of every company that is due. */
export const createDailyRunsDueJob = (deps: DailyRunDeps): JobImplementation =>
  implementJob(dailyRunsDueJob, async () => {
    for (const tenantId of await findDueTenants(deps, deps.readNow))
      await deps.queue.enqueue(dailyRunJob, { tenantId }, { key: tenantId });
  });

/** Emits a company's due dates. If a sync holds the log, the run ends at once: the sync emits them itself. */
export const createDailyRunJob = (deps: DailyRunDeps): JobImplementation =>
  implementJob(dailyRunJob, async ({ payload: { tenantId }, log }) => {
    const emitted = await inTenant(deps.dataSource, tenantId, async (manager) => {
      await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
      const now = await deps.readNow(manager);
      if (!(await tryLockStream(manager))) return [];
      return emitDueDates(manager, { now });
    });
    deps.metrics.eventsEmitted(emitted);
    const events = emitted.reduce((sum, { count }) => sum + count, 0);
    if (events > 0) log.info({ tenantId, events }, "due dates emitted");
  });

/** Dates fire within two minutes of the start of their day. After five minutes something is wrong. */
const OVERDUE_MS = 5 * 60_000;

/** How many companies have a daily run that is overdue. */
export const countOverdueDailyRuns = async (deps: Omit<DailyRunDeps, "metrics">): Promise<number> => {
  const tenants = await findDueTenants(
    deps,
    async (manager) => new Date((await deps.readNow(manager)).getTime() - OVERDUE_MS),
  );
  return tenants.length;
};
