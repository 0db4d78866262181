import type { EntityManager } from "typeorm";
import { SYSTEM } from "../access/actor.ts";
import { inTenant } from "../database/transaction.ts";
import { ActionableError } from "../errors.ts";
import { isDue } from "../integration/health/back-off.ts";
import { findIntegration } from "../integration/integration.repository.ts";
import { isConnected, openAccount } from "../integration/open-account.ts";
import {
  enqueueCatchUp,
  enqueueWebhookEventsDue,
  webhookCatchUpJob,
  webhookEventsDueJob,
} from "../integration/webhooks/webhook.job.ts";
import { findWebhook, recordCatchUp } from "../integration/webhooks/webhook.repository.ts";
import { countWebhookEvents, insertWebhookEvents } from "../integration/webhooks/webhook-event.repository.ts";
import { implementJob, type JobImplementation } from "../jobs/job.ts";
import { PEOPLE_PER_RUN_MAX } from "./read/claim-people.ts";
import { requestSyncRun } from "./runs/request-sync-run.ts";
import { syncDueJob } from "./runs/sync.job.ts";
import type { SyncDeps } from "./sync-deps.ts";

/**
 * Requests a run that reads the people named by webhooks, and enqueues itself again until a run has claimed
 * them. A run that is under way may be of another kind, or have started too early. People that a run failed
 * to read wait for the next event, or for the timetable.
 */
export const createWebhookEventsDueJob = (deps: SyncDeps): JobImplementation =>
  implementJob(webhookEventsDueJob, ({ payload: { tenantId } }) =>
    inTenant(deps.dataSource, tenantId, async (manager) => {
      const integration = await findIntegration(manager);
      if (!integration || !isConnected(integration) || !isDue(integration, deps.clock())) return;
      const waiting = await countWebhookEvents(manager);
      if (waiting.unclaimed === 0) return;
      const mode = waiting.all <= PEOPLE_PER_RUN_MAX ? "INCREMENTAL" : "FULL";
      const request = { tenantId, trigger: "WEBHOOK", mode, requestedBy: SYSTEM } as const;
      await requestSyncRun(manager, deps.queue, request);
      await enqueueWebhookEventsDue(deps.queue, { tenantId, now: deps.clock(), manager });
    }),
  );

/**
 * Personio's clock differs from ours, and the last events may still have been in transit when the service
 * stopped.
 */
const CATCH_UP_OVERLAP_MS = 60 * 60_000;

/**
 * After downtime: stores the people in Personio's own event log since the last event that reached us.
 * Personio retries its deliveries as well, but hours apart. If Personio refuses the log, or the integration
 * is BROKEN, the next start, the next success or the timetable catches up.
 */
export const createWebhookCatchUpJob = (deps: SyncDeps): JobImplementation =>
  implementJob(webhookCatchUpJob, async ({ payload: { tenantId }, signal, log }) => {
    const found = await inTenant(deps.dataSource, tenantId, findWebhookToAsk);
    if (!found) return;
    const { integration, personioId, missedSince } = found;
    const now = deps.clock();
    const since = new Date(missedSince.getTime() - CATCH_UP_OVERLAP_MS);
    const named = new Set<string>();
    try {
      const account = openAccount(integration, deps);
      for await (const { personId } of account.listWebhookEvents(personioId, { since, signal }))
        if (personId !== null) named.add(personId);
    } catch (error) {
      if (!(error instanceof ActionableError)) throw error;
      return log.warn({ tenantId, code: error.code }, "webhook catch-up failed");
    }
    await inTenant(deps.dataSource, tenantId, async (manager) => {
      await insertWebhookEvents(manager, [...named]);
      await recordCatchUp(manager, now);
      if (named.size > 0) await enqueueWebhookEventsDue(deps.queue, { tenantId, now, manager });
    });
    log.info({ tenantId, people: named.size }, "webhook catch-up done");
  });

async function findWebhookToAsk(manager: EntityManager) {
  const integration = await findIntegration(manager);
  const webhook = await findWebhook(manager);
  if (integration?.status !== "CONNECTED" || !webhook?.personioId) return null;
  const missedSince = webhook.catchUpSince ?? webhook.heardUntil;
  return { integration, personioId: webhook.personioId, missedSince };
}

/**
 * Enqueues a catch-up for every tenant on the timetable. Call it when the process starts, before it accepts a
 * delivery: how long the service was down is unknown.
 */
export async function catchUpWithWebhooks({
  queue,
  dataSource,
}: Pick<SyncDeps, "queue" | "dataSource">): Promise<void> {
  for (const { payload } of await queue.listSchedules(syncDueJob)) {
    const { tenantId } = payload;
    await inTenant(dataSource, tenantId, (manager) => enqueueCatchUp(queue, manager, tenantId));
  }
}
