import type { Db } from "pg-boss";
import { DatabaseClient, type Timeouts } from "../database/database-client.ts";
import { DatabasePool } from "../database/database-pool.ts";
import type { Notifications } from "../database/notifications.ts";
import type { Logger } from "../log.ts";

/**
 * Handlers, heartbeats and enqueueing share few connections, because no statement of the queue takes long.
 */
const POOL_SIZE = 4;

/**
 * A request that schedules a job waits for both timeouts in turn, and no request waits longer than ten
 * seconds.
 */
const TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 5_000 };
const CONNECT_TIMEOUT_MS = 4_000;

/**
 * pg-boss migrates its tables and builds indexes, possibly while another replica holds the lock for it.
 */
const OPENING_MS = 10 * 60_000;

export type QueueDatabase = Db &
  AsyncDisposable & {
    /** Ends the long timeout for migrations; from now on statements must be short. */
    endOpening(): void;
  };

/**
 * The queue's connections to the database. pg-boss can open its own, but those have no timeout. It also
 * removes the listeners of its LISTEN connection before it ends it, and an `error` event at that moment would
 * end the process.
 */
export function openQueueDatabase(options: {
  readonly url: string;
  readonly notifications: Notifications;
  readonly log: Logger;
}): QueueDatabase {
  const { url, notifications, log } = options;
  const pool = new DatabasePool({
    connectionString: url,
    application_name: "people-subgraph jobs",
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    timeouts: TIMEOUTS,
  });
  pool.on("error", (error) => log.warn({ reason: error.message }, "queue connection lost"));
  let isOpening = true;
  // Of the opening, and of what pg-boss does regularly from its start on.
  const extended = new Set<DatabaseClient>();

  return {
    async executeSql(text, values) {
      const client = await pool.connect();
      if (isOpening && client instanceof DatabaseClient) {
        client.extendTimeout(OPENING_MS);
        extended.add(client);
      }
      try {
        const result = await client.query(text, values);
        client.release();
        return result;
      } catch (error) {
        // As `pool.query` does: the state after a failed statement must not reach the next one.
        client.release(true);
        throw error;
      }
    },
    async listen(channel, onNotification, onReconnect) {
      const stop = notifications.listen(channel, (payload) =>
        payload === "" ? onReconnect() : onNotification(payload),
      );
      return { close: async () => stop() };
    },
    endOpening() {
      isOpening = false;
      for (const client of extended) client.endExtension();
      extended.clear();
    },
    [Symbol.asyncDispose]: () => pool.end(),
  };
}
