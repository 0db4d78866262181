import { setTimeout as sleep } from "node:timers/promises";
import { EXIT, StartError } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { DatabaseClient } from "../database-client.ts";
import { isErrorCode } from "../database-errors.ts";

/** Any number will do that nothing else locks in the cluster's own database. */
const LOCK = 1;

const POLL_MS = 50;

/**
 * The right to use a cluster is a lock inside the cluster, on a connection that stays open. No file can go stale, because
 * Postgres gives the lock back the moment our process dies, however it dies.
 *
 * Keeps the lock that `client` holds until disposed.
 */
export function keepClusterLock(client: DatabaseClient, url: string, log: Logger): AsyncDisposable {
  const closing = new AbortController();
  let holder: DatabaseClient | undefined = client;
  const keeping = keep();

  // When one of its processes crashes, Postgres ends every session; then the lock is free and has to be taken again.
  async function keep(): Promise<void> {
    while (holder && (await endsByItself(holder, closing.signal))) {
      try {
        holder = await takeWhenReady(url, closing.signal);
      } catch (error) {
        log.error({ reason: error instanceof Error ? error.message : "" }, "lock of the data folder lost");
        return;
      }
    }
  }

  return {
    async [Symbol.asyncDispose]() {
      closing.abort();
      await keeping;
      await holder?.end().catch(() => undefined);
    },
  };
}

/**
 * Takes the lock; ending the connection gives it back. Nothing when Postgres takes no connections at this moment, because it
 * is starting or stopping. Rejects when another app has the lock.
 */
export async function takeClusterLock(url: string): Promise<DatabaseClient | undefined> {
  const client = new DatabaseClient({ connectionString: url, application_name: "people-subgraph lock" });
  try {
    await client.connect();
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${LOCK}) as taken`);
    if (rows[0]?.taken) return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    if (isStartingOrStopping(error)) return undefined;
    throw error;
  }
  await client.end();
  throw new StartError(
    "Another app is running on this data folder. Stop it, or choose another DATA_DIR for this one.",
    EXIT.config,
  );
}

/** `57P03`: the database system is starting up, or shutting down. */
export const isStartingOrStopping = (error: unknown): boolean =>
  isErrorCode(error, "ECONNREFUSED", "ECONNRESET", "57P03", "57P01");

async function takeWhenReady(url: string, closing: AbortSignal): Promise<DatabaseClient | undefined> {
  while (!closing.aborted) {
    const client = await takeClusterLock(url);
    if (client) return client;
    await sleep(POLL_MS);
  }
  return undefined;
}

/** True when the connection has ended, false when we are closing. Not `events.once`: an error comes before every such end. */
const endsByItself = ({ lost }: DatabaseClient, closing: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    if (lost.aborted) resolve(true);
    lost.addEventListener("abort", () => resolve(true), { once: true });
    closing.addEventListener("abort", () => resolve(false), { once: true });
  });
