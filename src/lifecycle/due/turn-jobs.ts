import type { DataSource, EntityManager } from "typeorm";
import { extendStatementTimeout, inTenant } from "../../database/transaction.ts";
import { implementJob, type JobImplementation } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import type { Metrics } from "../../metrics/metrics.ts";
import { isLogFree } from "../events/event-log.repository.ts";
import { turnJob, turnsDueJob } from "./turn.job.ts";
import { turnDates } from "./turn-dates.ts";
import { findDueTenants } from "./turns.repository.ts";

/** What turns work with. */
export type TurnDeps = {
  readonly dataSource: DataSource;
  readonly queue: Queue;
  readonly metrics: Metrics;
  /** The database's time, but for tests: a host whose clock is ahead must not tell tomorrow's dates. */
  readonly readNow: (manager: EntityManager) => Promise<Date>;
};

/** After a year's downtime there is a year to look at. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000;

/** Asks for the turn of every company that is due. */
export const createTurnsDueJob = (deps: TurnDeps): JobImplementation =>
  implementJob(turnsDueJob, async () => {
    for (const tenantId of await findDueTenants(deps, deps.readNow))
      await deps.queue.enqueue(turnJob, { tenantId }, { key: tenantId });
  });

/** Tells a company's dates that have come. A sync that is just being applied does so itself; it is not waited for. */
export const createTurnJob = (deps: TurnDeps): JobImplementation =>
  implementJob(turnJob, async ({ payload: { tenantId }, log }) => {
    const told = await inTenant(deps.dataSource, tenantId, async (manager) => {
      await extendStatementTimeout(manager, STATEMENT_TIMEOUT_MS);
      if (!(await isLogFree(manager))) return [];
      return turnDates(manager, { now: await deps.readNow(manager) });
    });
    deps.metrics.eventsEmitted(told);
    const events = told.reduce((sum, { count }) => sum + count, 0);
    if (events > 0) log.info({ tenantId, events }, "due dates emitted");
  });

/** A day's dates are told within two minutes of its beginning; after five something is wrong. */
const OVERDUE_MS = 5 * 60_000;

/** How many companies wait for a turn that has long been due. */
export const countOverdueTurns = async (deps: Omit<TurnDeps, "metrics">): Promise<number> => {
  const tenants = await findDueTenants(
    deps,
    async (manager) => new Date((await deps.readNow(manager)).getTime() - OVERDUE_MS),
  );
  return tenants.length;
};
