import type { EntityManager } from "typeorm";
import { claimWebhookEvents } from "../../integration/webhooks/webhook-event.repository.ts";
import type { SyncRun } from "../runs/sync-run.ts";

/**
 * More than this many are read by the page: a request for each would take longer than a hundred people in one request. It is the
 * same for both versions of the API; version 2 takes a request for each person anyway.
 */
export const PEOPLE_PER_RUN_MAX = 200;

/** Whether a run reads only the people whom Personio's webhooks have named. */
export const readsNamedPeople = ({ trigger, mode }: Pick<SyncRun, "trigger" | "mode">): boolean =>
  trigger === "WEBHOOK" && mode === "INCREMENTAL";

/**
 * Whom a run has to read one by one, by Personio's id; null for a run that reads pages. One that reads everybody answers all that
 * webhooks have told us so far; how much Personio notices of a change, which other incremental runs rely on, is not known.
 */
export async function claimPeople(manager: EntityManager, run: SyncRun): Promise<string[] | null> {
  if (readsNamedPeople(run)) return claimWebhookEvents(manager, run.id, PEOPLE_PER_RUN_MAX);
  if (run.mode === "FULL" && !run.dry) await claimWebhookEvents(manager, run.id);
  return null;
}
