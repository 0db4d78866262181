import type { DataSource } from "typeorm";
import type { Notifications } from "../../database/notifications.ts";
import { createReadSnapshot } from "../../database/read-snapshot.ts";
import { RAISED_FIELDS_SQL, readRaisedFields } from "../../fields/raised-fields.ts";
import type { Logger } from "../../log.ts";
import type { Cursors } from "../../request/cursors.ts";
import { shareNext } from "../../request/share-next.ts";
import { takeTurns, takeTurnsByKey } from "../../request/take-turns.ts";
import type { EventFilter, FilterFor } from "../events/event-filter.ts";
import { LIFECYCLE_CHANNEL } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { readCursor } from "./positions.ts";
import { type FollowedLog, placeOfPosition, Subscriber } from "./subscriber.ts";
import { type ReadLog, Tail } from "./tail.ts";

/** A notification can be lost with its connection. This is the longest delay that such a loss causes. */
const POLL_MS = 3_000;

/** A socket that accepts nothing for this long is stuck. One that is merely slow accepts an event sooner. */
const LAG_MS = 30_000;

/**
 * How many connections of the pool readers of history may hold at once. The others stay free for all other
 * requests.
 */
const HISTORY_READERS = 2;

/**
 * How many connections reads of new events may hold at once: polls, notifications and new subscriptions
 * together. With one for each company, all other requests would wait for them.
 */
const TAIL_READERS = 2;

/** A tail without subscribers stays in memory this long, for clients that reconnect at once. */
const TAIL_KEPT_MS = 60_000;

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

/** The log of one tenant in this process; `leave` without a subscriber if it could not begin. */
type OpenLog = FollowedLog & {
  listeners: number;
  idleSince: number;
  leave(subscriber?: Subscriber): void;
};

type FeedOptions = {
  readonly dataSource: DataSource;
  readonly notifications: Notifications;
  readonly log: Logger;
  readonly pollMs?: number;
  readonly lagMs?: number;
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
  const { dataSource, notifications, log, pollMs = POLL_MS, lagMs = LAG_MS } = options;
  const tails = new Map<string, OpenLog>();
  const subscribers = new Set<Subscriber>();
  const limited = takeTurnsByKey({ atOnce: HISTORY_READERS, perKey: HISTORY_READERS });
  const inTurn = takeTurns({ atOnce: TAIL_READERS });

  const readTenant =
    (tenantId: string): ReadLog =>
    async (work) => {
      const snapshot = createReadSnapshot(dataSource, tenantId, RAISED_FIELDS_SQL);
      try {
        return await work(snapshot.queries(), readRaisedFields(await snapshot.firstRows()));
      } finally {
        await snapshot.close();
      }
    };
  const openTail = (tenantId: string): OpenLog => {
    const read = readTenant(tenantId);
    const open: OpenLog = tails.get(tenantId) ?? {
      tail: new Tail((work) => inTurn(() => read(work))),
      readHistory: (work) => limited(tenantId, () => read(work)),
      lagMs,
      listeners: 0,
      idleSince: 0,
      leave(subscriber) {
        open.listeners -= 1;
        open.idleSince = performance.now();
        if (subscriber) subscribers.delete(subscriber);
      },
    };
    tails.set(tenantId, open);
    return open;
  };
  const refresh = (tail: Tail): Promise<void> =>
    tail.refresh().catch((error: unknown) => log.warn({ error: String(error) }, "event log read failed"));
  // While one poll is slow, the next ones wait, so that reads do not pile up.
  const refreshAll = shareNext(async () => {
    const open = tails.entries();
    const refreshRest = async (): Promise<void> => {
      for (const [tenantId, { tail, listeners, idleSince }] of open) {
        if (listeners > 0) await refresh(tail);
        else if (performance.now() - idleSince > TAIL_KEPT_MS) tails.delete(tenantId);
      }
    };
    // A poll of all companies in the line would delay the event and the subscription that come next.
    await Promise.all(Array.from({ length: TAIL_READERS }, refreshRest));
  });
  const poll = (): void => void refreshAll();

  const stopListening = notifications.listen(LIFECYCLE_CHANNEL, (tenantId) => {
    const woken = tails.get(tenantId);
    if (woken) void refresh(woken.tail);
    // An empty payload: the listener reconnected or polls, so notifications may be lost.
    if (tenantId === "") poll();
  });
  const timer = setInterval(poll, pollMs);

  return {
    async follow({ tenantId, cursors, after, filter }) {
      const open = openTail(tenantId);
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
      // Ends a poll under way.
      tails.clear();
      for (const subscriber of subscribers) await subscriber.return();
    },
  };
}
