import type { LifecycleEventKind } from "../event-kind.ts";
import type { NewEvent } from "./event-log.repository.ts";

/** The number of emitted events of a kind, for the metrics. */
export type EventCount = {
  readonly kind: LifecycleEventKind;
  readonly late: boolean;
  readonly count: number;
};

export function countEvents(events: readonly Pick<NewEvent, "kind" | "late">[]): EventCount[] {
  const counts = new Map<string, EventCount>();
  for (const { kind, late } of events) {
    const key = `${kind} ${late}`;
    counts.set(key, { kind, late, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
