import type { Notifications } from "../../database/notifications.ts";
import type { Cursors } from "../../request/cursors.ts";
import type { EventFilter, FilterFor } from "../events/event-filter.ts";
import { LIFECYCLE_CHANNEL } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { createOpenLogs, type LogsOptions } from "./open-logs.ts";
import { readCursor } from "./positions.ts";
import { placeOfPosition, Subscriber } from "./subscriber.ts";

/** A notification can be lost with its connection. This is the longest delay that such a loss causes. */
const POLL_MS = 3_000;

export type FollowOptions = {
  readonly tenantId: string;
  readonly cursors: Cursors;
  readonly after: string | null;
  /** A function for a viewer who may not see everything, because an admin may protect a field meanwhile. */
  readonly filter: EventFilter | FilterFor;
};

export type LifecycleFeed = {
  /**
   * Rejects with BAD_CURSOR or CURSOR_EXPIRED if the log cannot be continued from `after`. Rejects with the
   * error of `filter` if the viewer may not see what it requests.
   */
  follow(options: FollowOptions): Promise<AsyncIterableIterator<LifecycleEvent>>;
};

type FeedOptions = LogsOptions & {
  readonly notifications: Notifications;
  readonly pollMs?: number;
};

/**
 * Delivers events. The table `lifecycle_events` contains them, numbered per tenant in the order of commits.
 * Each replica reads them for the clients that are connected to it.
 *
 *     commit ──NOTIFY──▶ tail ────────▶ subscriber ──▶ socket
 *     rows     wakes     one a tenant;  a position;
 *              or poll   newest kept    pulls when the socket has taken the last one
 *
 * The rows are the truth: a notification only wakes, and a lost one costs a poll interval. Each subscriber
 * pulls, so no queue exists that a slow client could fill: the events that it has not taken are rows in the
 * table. A subscriber behind the tail reads pages up to the begin of the tail, and continues there. Numbers
 * have no gaps, so no event is lost or repeated at the seam.
 *
 * Without a cursor a subscriber starts at the end of the log as it was committed at that moment.
 */
export function openLifecycleFeed(options: FeedOptions): LifecycleFeed & AsyncDisposable {
  const { notifications, pollMs = POLL_MS } = options;
  const subscribers = new Set<Subscriber>();
  const logs = createOpenLogs(options, subscribers);
  const poll = (): void => void logs.refreshAll();
  const stopListening = notifications.listen(LIFECYCLE_CHANNEL, (tenantId) => {
    logs.wake(tenantId);
    // An empty payload: the listener reconnected or polls, so notifications may be lost.
    if (tenantId === "") poll();
  });
  const timer = setInterval(poll, pollMs);

  return {
    async follow({ tenantId, cursors, after, filter }) {
      const open = logs.open(tenantId);
      open.listeners += 1;
      try {
        const wanted = after === null ? null : readCursor(cursors, after);
        await open.tail.refresh();
        const filterFor = typeof filter === "function" ? filter : () => filter;
        filterFor(open.tail.raised);
        const position = wanted ? await placeOfPosition(wanted, open, cursors) : open.tail.head;
        const subscriber = new Subscriber(open, { cursors, filter: filterFor, position });
        subscribers.add(subscriber);
        return subscriber;
      } catch (error) {
        open.leave();
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      stopListening();
      logs.close();
      for (const subscriber of subscribers) await subscriber.return();
    },
  };
}
