import type { DataSource } from "typeorm";
import { createReadSnapshot } from "../../database/read-snapshot.ts";
import { RAISED_FIELDS_SQL, readRaisedFields } from "../../fields/raised-fields.ts";
import type { Logger } from "../../log.ts";
import { shareNext } from "../../request/share-next.ts";
import { takeTurns, takeTurnsByKey } from "../../request/take-turns.ts";
import type { FollowedLog, Subscriber } from "./subscriber.ts";
import { type ReadLog, Tail } from "./tail.ts";

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

/** The log of one tenant in this process; `leave` without a subscriber if it could not begin. */
type OpenLog = FollowedLog & {
  listeners: number;
  idleSince: number;
  leave(subscriber?: Subscriber): void;
};

export type LogsOptions = {
  readonly dataSource: DataSource;
  readonly log: Logger;
  readonly lagMs?: number;
};

/** The logs that subscribers of this process follow, with the turns in which they are read. */
export function createOpenLogs(
  { dataSource, log, lagMs = LAG_MS }: LogsOptions,
  subscribers: Set<Subscriber>,
) {
  const logs = new Map<string, OpenLog>();
  const limited = takeTurnsByKey({ atOnce: HISTORY_READERS, perKey: HISTORY_READERS });
  const inTurn = takeTurns({ atOnce: TAIL_READERS });
  const refresh = (tail: Tail): Promise<void> =>
    tail.refresh().catch((error: unknown) => log.warn({ error: String(error) }, "event log read failed"));

  return {
    open(tenantId: string): OpenLog {
      const read = readTenant(dataSource, tenantId);
      const open: OpenLog = logs.get(tenantId) ?? {
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
      logs.set(tenantId, open);
      return open;
    },
    /** Reads what is new in the log of a tenant, if it is open. */
    wake(tenantId: string): void {
      const woken = logs.get(tenantId);
      if (woken) void refresh(woken.tail);
    },
    /** While one poll is slow, the next ones wait, so that reads do not pile up. */
    refreshAll: shareNext(async () => {
      const open = logs.entries();
      const refreshRest = async (): Promise<void> => {
        for (const [tenantId, { tail, listeners, idleSince }] of open) {
          if (listeners > 0) await refresh(tail);
          else if (performance.now() - idleSince > TAIL_KEPT_MS) logs.delete(tenantId);
        }
      };
      // A poll of all companies in the line would delay the event and the subscription that come next.
      await Promise.all(Array.from({ length: TAIL_READERS }, refreshRest));
    }),
    /** Ends a poll under way. */
    close: (): void => logs.clear(),
  };
}

const readTenant =
  (dataSource: DataSource, tenantId: string): ReadLog =>
  async (work) => {
    const snapshot = createReadSnapshot(dataSource, tenantId, RAISED_FIELDS_SQL);
    try {
      return await work(snapshot.queries(), readRaisedFields(await snapshot.firstRows()));
    } finally {
      await snapshot.close();
    }
  };
