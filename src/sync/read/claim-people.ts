import type { EntityManager } from "typeorm";
import { claimWebhookEvents } from "../../integration/webhooks/webhook-event.repository.ts";
import type { SyncRun } from "../runs/sync-run.ts";

/**
 * A run reads more people than this by the page: single requests would take longer than pages of a hundred
 * people. The limit is the same for both API versions; version 2 takes a request per person anyway.
 */
export const PEOPLE_PER_RUN_MAX = 200;

/** Whether a run reads only the people named by Personio's webhooks. */
export const readsNamedPeople = ({ trigger, mode }: Pick<SyncRun, "trigger" | "mode">): boolean =>
  trigger === "WEBHOOK" && mode === "INCREMENTAL";

/**
 * Claims the people that a run reads one by one, by Personio's id; null for a run that reads pages. A FULL
 * run, unless dry, claims all webhook events so far. An INCREMENTAL run of pages claims none: it is unknown
 * which changes Personio's filter notices.
 */
export async function claimPeople(manager: EntityManager, run: SyncRun): Promise<string[] | null> {
  if (readsNamedPeople(run)) return claimWebhookEvents(manager, run.id, PEOPLE_PER_RUN_MAX);
  if (run.mode === "FULL" && !run.dry) await claimWebhookEvents(manager, run.id);
  return null;
}
