import { SYSTEM } from "../access/actor.ts";
import { inTenant } from "../database/transaction.ts";
import { isDue } from "../integration/health/back-off.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { isConnected } from "../integration/open-account.ts";
import { implementJob, type JobImplementation } from "../jobs/job.ts";
import type { Queue } from "../jobs/queue.ts";
import { cronFor } from "../jobs/timetable.ts";
import { dailyRunJob, scheduleDailyRuns } from "../lifecycle/due/daily-run.job.ts";
import { requestSyncRun } from "./runs/request-sync-run.ts";
import { syncDueJob, syncJob } from "./runs/sync.job.ts";
import { giveUpSync, runSync } from "./sync.ts";
import type { SyncDeps } from "./sync-deps.ts";

export const createSyncJob = (deps: SyncDeps): JobImplementation =>
  implementJob(syncJob, ({ payload, signal, log }) => runSync({ ...payload, signal }, { ...deps, log }), {
    giveUp: ({ payload, log }) => giveUpSync(payload, { ...deps, log }),
  });

/**
 * Requests the scheduled sync of a tenant. A BROKEN integration backs off: it skips some of its scheduled
 * times. The job takes a disconnected tenant off the timetable.
 */
export const createSyncDueJob = (deps: SyncDeps): JobImplementation =>
  implementJob(syncDueJob, async ({ payload: { tenantId }, log }) => {
    const due = await inTenant(deps.dataSource, tenantId, async (manager) => {
      const integration = await findIntegration(manager);
      const taken = !!integration && isConnected(integration) && isDue(integration, deps.clock());
      const request = { tenantId, trigger: "SCHEDULE", requestedBy: SYSTEM } as const;
      if (taken) await requestSyncRun(manager, deps.queue, request);
      return { status: integration?.status, taken };
    });
    if (due.status === undefined || due.status === "DISCONNECTED")
      await deps.queue.unschedule(syncDueJob, tenantId);
    log.info({ tenantId, ...due }, "scheduled sync due");
  });

/**
 * Reschedules every tenant whose schedule differs from the configuration: SYNC_EVERY_HOURS may have changed.
 */
export async function refreshTimetable(queue: Queue, syncEveryHours: number): Promise<void> {
  for (const { key, cron, payload } of await queue.listSchedules(syncDueJob)) {
    const wanted = cronFor(key, syncEveryHours);
    if (cron !== wanted) await queue.schedule(syncDueJob, { key, cron: wanted, payload });
  }
}

/** Schedules the daily run of lifecycle dates for companies that were connected before it existed. */
export async function scheduleMissingDailyRuns(queue: Queue): Promise<void> {
  const scheduled = new Set((await queue.listSchedules(dailyRunJob)).map(({ key }) => key));
  for (const { key } of await queue.listSchedules(syncDueJob)) {
    if (!scheduled.has(key)) await scheduleDailyRuns(queue, key);
  }
}
