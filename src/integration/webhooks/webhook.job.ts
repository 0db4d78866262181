import type { EntityManager } from "typeorm";
import { z } from "zod";
import { defineJob } from "../../jobs/job.ts";
import type { Queue } from "../../jobs/queue.ts";
import { markForCatchUp } from "./webhook.repository.ts";

/** Looks whether records of a tenant wait to be read again, and asks for a run that does. */
export const webhookEventsDueJob = defineJob({
  name: "hook-events-due",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/** Asks Personio for the events that no delivery brought us. The key is the tenant. */
export const webhookCatchUpJob = defineJob({
  name: "hook-catch-up",
  schema: z.object({ tenantId: z.string() }),
  singleton: true,
});

/** Has the tenant catch up with its webhook, if it has one whose events can be asked for. */
export async function enqueueCatchUp(queue: Queue, manager: EntityManager, tenantId: string): Promise<void> {
  if (await markForCatchUp(manager))
    await queue.enqueue(webhookCatchUpJob, { tenantId }, { key: tenantId, manager });
}

/** One edit in Personio fires several events, and HR makes several edits: one run for all of them. */
const COALESCE_SECONDS = 3;

/** What belongs to a turn has been committed by then, and clocks differ a little. */
const MARGIN_SECONDS = 1;

/**
 * Lets somebody look after the waiting records soon: one job for all that asks within the same three seconds. The key names the
 * turn and not only the tenant, because a job that is already looking would swallow the next one, and might have looked
 * too early to see what that one is for.
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
  const turn = Math.floor(seconds / COALESCE_SECONDS);
  const dueAt = (turn + 1) * COALESCE_SECONDS + MARGIN_SECONDS;
  const startAfterSeconds = Math.ceil(dueAt - seconds);
  await queue.enqueue(
    webhookEventsDueJob,
    { tenantId },
    { key: `${tenantId} ${turn}`, manager, startAfterSeconds },
  );
}
