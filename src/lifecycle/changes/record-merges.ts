import type { EntityManager } from "typeorm";
import { appendEvents, type EventCount } from "../events/event-log.repository.ts";
import { lockStream } from "../events/event-stream.repository.ts";
import { detectEvents, type PersonChange } from "./detect-events.ts";
import { readEventContext } from "./event-context.ts";

/**
 * Emits the events of people who changed because another source changed, in the caller's transaction. Dates
 * come only from Personio, so no date fires or moves.
 *
 * @returns the counts of the emitted events; none before the first sync, which begins the log.
 */
export async function recordMerges(
  manager: EntityManager,
  changes: readonly PersonChange[],
  { readNow }: { readonly readNow: (manager: EntityManager) => Promise<Date> },
): Promise<readonly EventCount[]> {
  if (changes.length === 0 || !(await lockStream(manager))) return [];
  const { now, disabledKinds, todayFor } = await readEventContext(manager, { readNow });
  const events = changes
    .flatMap((change) => detectEvents(change, todayFor(change.officeId).today))
    .filter(({ kind }) => !disabledKinds.has(kind));
  return appendEvents(manager, events, now);
}
