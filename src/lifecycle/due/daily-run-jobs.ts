import type { DataSource, EntityManager } from "typeorm";
import { allowStatements, inTenant } from "../../database/transaction.ts";
import { implementJob, type JobImplementation } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import { tryLockStream } from "../events/event-log.repository.ts";
import { dailyRunJob, dailyRunsDueJob } from "./daily-run.job.ts";
import { findDueTenants } from "./daily-runs.repository.ts";
import { emitDueDates } from "./emit-due-dates.ts";

/** What turns work with. */
export type DailyRunDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly metrics: Metrics;
  /** The database's time, but for tests: a host whose clock is ahead must not tell tomorrow's dates. */
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** After a year's downtime there is a year to look at. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/** Asks for the turn of every company that is due. */
export const createDailyRunsDueJob = (deps: DailyRunDeps): JobImplementation =>
  implementJob(dailyRunsDueJob, async () => {
    for (const tenantId of await findDueTenants(deps, deps.readNow))
      await deps.queue.enqueue(dailyRunJob, { tenantId }, { key: tenantId });
  });

/** Tells a company's dates that have come. A sync that is just being applied does so itself; it is not waited for. */
export const createDailyRunJob = (deps: DailyRunDeps): JobImplementation =>
  implementJob(dailyRunJob, async ({ payload: { tenantId }, log }) => {
    const emitted = await inTenant(deps.dataSource, tenantId, async (manager) => {
      await allowStatements(manager, STATEMENT_TIMEOUT_MS);
      if (!(await tryLockStream(manager))) return [];
      return emitDueDates(manager, { now: await deps.readNow(manager) });
    });
    deps.metrics.eventsEmitted(emitted);
    const events = emitted.reduce((sum, { count }) => sum + count, 0);
    if (events > 0) log.info({ tenantId, events }, "due dates emitted");
  });

/** A day's dates are told within two minutes of its beginning; after five something is wrong. */
const OVERDUE_MS = 5 * 60_000;

/** How many companies wait for a turn that has long been due. */
export const countOverdueDailyRuns = async (deps: Omit<DailyRunDeps, "metrics">): Promise<number> => {
  const tenants = await findDueTenants(
    deps,
    async (manager) => new Date((await deps.readNow(manager)).getTime() - OVERDUE_MS),
  );
  return tenants.length;
};
