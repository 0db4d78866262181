import type { DataSource } from "typeorm";
import type { Notifications } from "../../database/notifications.ts";
import { inTenant } from "../../database/transaction.ts";
import { shareNext } from "../../request/share-next.ts";
import { takeTurns } from "../../request/take-turns.ts";
import {
  findSyncRun,
  listChangingRuns,
  OPEN_STATUSES,
  SYNC_RUN_CHANNEL,
  TENANT_RUNS_CHANNEL,
} from "./sync-run.repository.ts";
import type { SyncRun } from "./sync-run.ts";

/** A notification can be lost with its connection; then a change is shown this late. */
const POLL_MS = 3_000;

/** The same for all runs of a company: pages stay open for hours, and mostly nothing happens. */
const IDLE_POLL_MS = 15_000;

/** How many connections watchers of all companies may hold at once: lost notifications wake all of them. */
const READERS = 2;

export type WatchDeps = { readonly dataSource: DataSource; readonly notifications: Notifications };

type Watched = { readonly tenantId: string; readonly id: string | null };

/** Watches one run until it ends, or without an id all runs of a company. */
export type WatchSyncRun = (watched: Watched) => AsyncIterableIterator<SyncRun>;

/**
 * Watchers of the same run, or of the same company, read together. A notification wakes all pages of a
 * company at once, and their reads would take all connections.
 */
export function createWatchSyncRun({ dataSource, notifications }: WatchDeps): WatchSyncRun {
  const inTurn = takeTurns({ atOnce: READERS });
  const reads: Reads = {
    notifications,
    findRun: shareNext((tenantId: string, id: string) =>
      inTurn(() => inTenant(dataSource, tenantId, (manager) => findSyncRun(manager, id))),
    ),
    listChanging: shareNext((tenantId: string, ...open: readonly string[]) =>
      inTurn(() => inTenant(dataSource, tenantId, (manager) => listChangingRuns(manager, open))),
    ),
  };
  return ({ tenantId, id }) =>
    id === null ? watchAllRuns(reads, tenantId) : watchOneRun(reads, { tenantId, id });
}

type Reads = {
  readonly notifications: Notifications;
  findRun(tenantId: string, id: string): Promise<SyncRun | null>;
  listChanging(tenantId: string, ...open: readonly string[]): Promise<readonly SyncRun[]>;
};

/**
 * Yields the current state of a run, then each change until the run ends; yields nothing for an unknown id.
 * Works on any replica: a notification only wakes the watcher, which reads the row in a transaction of its
 * own.
 */
function watchOneRun(
  { notifications, findRun }: Reads,
  run: { readonly tenantId: string; readonly id: string },
): AsyncIterableIterator<SyncRun> {
  let last: string | undefined;
  let ended = false;
  return watch(createWakeUp(notifications, { channel: SYNC_RUN_CHANNEL, of: run.id, pollMs: POLL_MS }), {
    async look() {
      const found = ended ? null : await findRun(run.tenantId, run.id);
      if (!found) return null;
      const seen = JSON.stringify(found);
      if (seen === last) return [];
      last = seen;
      ended = found.finishedAt !== null;
      return [found];
    },
  });
}

/** Yields the newest run, then each change of any run. Never ends by itself. */
function watchAllRuns(
  { notifications, listChanging }: Reads,
  tenantId: string,
): AsyncIterableIterator<SyncRun> {
  const wakeUp = createWakeUp(notifications, {
    channel: TENANT_RUNS_CHANNEL,
    of: tenantId,
    pollMs: IDLE_POLL_MS,
  });
  let known: ReadonlyMap<string, string> | undefined;
  let open: readonly string[] = [];
  return watch(wakeUp, {
    async look() {
      const runs = await listChanging(tenantId, ...open);
      const before = known;
      known = new Map(runs.map((run) => [run.id, JSON.stringify(run)]));
      open = runs.filter(({ status }) => OPEN_STATUSES.includes(status)).map(({ id }) => id);
      return before ? runs.filter((run) => before.get(run.id) !== JSON.stringify(run)) : runs.slice(-1);
    },
  });
}

/**
 * Yields what each look finds, one by one, and waits when a look finds nothing new; ends when it returns
 * null. `return()` ends a wait at once; an async generator would block until the next change.
 */
function watch(
  wakeUp: ReturnType<typeof createWakeUp>,
  { look }: { look(): Promise<readonly SyncRun[] | null> },
): AsyncIterableIterator<SyncRun> {
  const found: SyncRun[] = [];
  let closed = false;

  const next = async (): Promise<IteratorResult<SyncRun>> => {
    while (!closed) {
      const value = found.shift();
      if (value) return { done: false, value };
      const runs = await look();
      if (!runs) break;
      found.push(...runs);
      if (runs.length === 0) await wakeUp.wait();
    }
    return finish();
  };
  const finish = (): IteratorResult<SyncRun> => {
    closed = true;
    wakeUp.close();
    return { done: true, value: undefined };
  };
  return {
    // A loop over the changes does not call `return` after an error.
    next: () =>
      next().catch((error: unknown) => {
        finish();
        throw error;
      }),
    return: async () => finish(),
    throw: async (error) => {
      finish();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Resolves `wait()` on the next notification with this payload, after the poll interval, or on `close()`. */
function createWakeUp(
  notifications: Notifications,
  { channel, of, pollMs }: { readonly channel: string; readonly of: string; readonly pollMs: number },
) {
  let wake = (): void => undefined;
  let due = false;
  const stop = notifications.listen(channel, (payload) => {
    if (payload !== "" && payload !== of) return;
    due = true;
    wake();
  });
  return {
    wait(): Promise<void> {
      if (due) {
        due = false;
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        const timer = setTimeout(() => wake(), pollMs);
        wake = () => {
          clearTimeout(timer);
          due = false;
          wake = () => undefined;
          resolve();
        };
      });
    },
    close(): void {
      stop();
      wake();
    },
  };
}
