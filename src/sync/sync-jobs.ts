import { inTenant } from "../database/transaction.ts";
import { isDue } from "../integration/health/back-off.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { isFollowed } from "../integration/open-account.ts";
import { implementJob, type JobImplementation } from "../jobs/job.ts";
import type { Queue } from "../jobs/queue.ts";
import { cronFor } from "../jobs/timetable.ts";
import { startTurns, turnJob } from "../lifecycle/due/turn.job.ts";
import { requestSyncRun } from "./runs/request-sync-run.ts";
import { syncDueJob, syncJob } from "./runs/sync.job.ts";
import { giveUpSync, runSync } from "./sync.ts";
import type { SyncDeps } from "./sync-deps.ts";

export const createSyncJob = (deps: SyncDeps): JobImplementation =>
  implementJob(syncJob, ({ payload, signal, log }) => runSync({ ...payload, signal }, { ...deps, log }), {
    giveUp: ({ payload, log }) => giveUpSync(payload, { ...deps, log }),
  });

/**
 * The timetable's turn of a tenant. A BROKEN one waits longer from turn to turn; one that no longer follows Personio is taken off
 * the timetable.
 */
export const createSyncDueJob = (deps: SyncDeps): JobImplementation =>
  implementJob(syncDueJob, async ({ payload: { tenantId }, log }) => {
    const turn = await inTenant(deps.dataSource, tenantId, async (manager) => {
      const integration = await findIntegration(manager);
      const taken = !!integration && isFollowed(integration) && isDue(integration, deps.clock());
      if (taken) await requestSyncRun(manager, deps.queue, { tenantId, trigger: "SCHEDULE" });
      return { status: integration?.status, taken };
    });
    if (turn.status === undefined || turn.status === "DISCONNECTED")
      await deps.queue.unschedule(syncDueJob, tenantId);
    log.info({ tenantId, ...turn }, "scheduled sync due");
  });

/** Moves every tenant to where this configuration wants it: SYNC_EVERY_HOURS may have changed since it was put there. */
export async function refreshTimetable(queue: Queue, syncEveryHours: number): Promise<void> {
  for (const { key, cron, payload } of await queue.listSchedules(syncDueJob)) {
    const wanted = cronFor(key, syncEveryHours);
    if (cron !== wanted) await queue.schedule(syncDueJob, { key, cron: wanted, payload });
  }
}

/** Puts companies on the timetable of lifecycle dates that were connected before there was one. */
export async function scheduleMissingDailyRuns(queue: Queue): Promise<void> {
  const turning = new Set((await queue.listSchedules(turnJob)).map(({ key }) => key));
  for (const { key } of await queue.listSchedules(syncDueJob)) {
    if (!turning.has(key)) await startTurns(queue, key);
  }
}
