import type { EntityManager } from "typeorm";
import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import { markForCatchUp } from "./webhook.repository.ts";

/** Checks whether a tenant has people to read again, and requests a run for them. */
export const webhookEventsDueJob = defineJob({
  // Queues of deployed databases have this name: with another name, no worker would run their jobs.
  name: "hook-events-due",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/** Requests the events from Personio that no delivery brought. The key is the tenant. */
export const webhookCatchUpJob = defineJob({
  // The stored name of the queue, as above.
  name: "hook-catch-up",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/** Lets the tenant catch up with its webhook, if Personio has an event log for it. */
export async function enqueueCatchUp(queue: Queue, manager: EntityManager, tenantId: string): Promise<void> {
  if (await markForCatchUp(manager))
    await queue.enqueue(webhookCatchUpJob, { tenantId }, { key: tenantId, manager });
}

/** One edit in Personio fires several events, and HR makes several edits: one run handles them all. */
const COALESCE_SECONDS = 3;

/** Transactions of the window have committed by then, and clocks differ a little. */
const MARGIN_SECONDS = 1;

/**
 * Schedules one job for all events in the same three seconds. The key contains the window and not only the
 * tenant. A running job with the same key would swallow the next one, although it may have started before
 * that event.
 */
export async function enqueueWebhookEventsDue(
  queue: Queue,
  {
    tenantId,
    now,
    manager,
  }: { readonly tenantId: string; readonly now: Date; readonly manager: EntityManager },
): Promise<void> {
  const seconds = now.getTime() / 1_000;
  const window = Math.floor(seconds / COALESCE_SECONDS);
  const dueAt = (window + 1) * COALESCE_SECONDS + MARGIN_SECONDS;
  const startAfterSeconds = Math.ceil(dueAt - seconds);
  await queue.enqueue(
    webhookEventsDueJob,
    { tenantId },
    { key: `${tenantId} ${window}`, manager, startAfterSeconds },
  );
}
