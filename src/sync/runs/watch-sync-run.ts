import type { DataSource } from "typeorm";
import type { Notifications } from "../../database/notifications.ts";
import { inTenant } from "../../database/transaction.ts";
import { findSyncRun, SYNC_RUN_CHANNEL } from "./sync-run.repository.ts";
import type { SyncRun } from "./sync-run.ts";

/** A notification can be lost with its connection; then a change is shown this late. */
const POLL_MS = 3_000;

export type WatchDeps = { readonly dataSource: DataSource; readonly notifications: Notifications };

/**
 * Yields the current state of a run, then each change until the run ends; yields nothing for an unknown id.
 * Works on any replica: a notification only wakes the watcher, which reads the row in a transaction of its
 * own.
 *
 * `return()` ends a wait at once; an async generator would block until the next change.
 */
export function watchSyncRun(
  deps: WatchDeps,
  run: { readonly tenantId: string; readonly id: string },
): AsyncIterableIterator<SyncRun> {
  const wakeUp = createWakeUp(deps.notifications, run.id);
  let last: string | undefined;
  let ended = false;

  const next = async (): Promise<IteratorResult<SyncRun>> => {
    while (!ended) {
      const found = await inTenant(deps.dataSource, run.tenantId, (manager) => findSyncRun(manager, run.id));
      if (!found) break;
      const seen = JSON.stringify(found);
      if (seen !== last) {
        last = seen;
        ended = found.finishedAt !== null;
        return { done: false, value: found };
      }
      await wakeUp.wait();
    }
    return finish();
  };
  const finish = (): IteratorResult<SyncRun> => {
    ended = true;
    wakeUp.close();
    return { done: true, value: undefined };
  };
  return {
    next,
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

/** Resolves `wait()` on the next notification about the run, after the poll interval, or on `close()`. */
function createWakeUp(notifications: Notifications, id: string) {
  let wake = (): void => undefined;
  let due = false;
  const stop = notifications.listen(SYNC_RUN_CHANNEL, (payload) => {
    if (payload !== "" && payload !== id) return;
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
        const timer = setTimeout(() => wake(), POLL_MS);
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
