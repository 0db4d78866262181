import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../log.ts";
import { DatabaseClient, type Timeouts } from "./database-client.ts";
import { Sessions } from "./sessions.ts";

/** Calls listeners when a transaction that notified has committed. */
export type Notifications = {
  /**
   * Calls `onNotify` with each payload on the channel, until the returned function is called. It passes an
   * empty payload whenever notifications may have been missed: once when listening has begun and once after
   * every reconnect. A listener that reads the current state at each call therefore misses no change.
   */
  listen(channel: string, onNotify: (payload: string) => void): () => void;
};

/** Together with the timeout of its connection: a silent connection is noticed within ten seconds. */
const HEARTBEAT_MS = 5_000;

/** Connecting is cheap, and listeners get no notification until it succeeds. */
const RECONNECT_MS = 500;

/**
 * Sessions that a slow server may have of one listener: one that was lost, and two logins. Each login that
 * takes too long leaves one.
 */
const SESSIONS_MAX = 3;

/** How long a listener waits for the end of one of them. After a failover no server ends them. */
const ROOM_WAIT_MS = 15_000;

/** The delay of changes when listeners poll. */
const POLL_MS = 1_000;

/** For a pooler, which does not deliver notifications: calls every listener at an interval. */
export function openPolledNotifications(): Notifications & Disposable {
  const timers = new Set<NodeJS.Timeout>();
  return {
    listen(_channel, onNotify) {
      const timer = setInterval(onNotify, POLL_MS, "");
      timers.add(timer);
      return () => {
        timers.delete(timer);
        clearInterval(timer);
      };
    },
    [Symbol.dispose]() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}

/** Listens on a connection of its own: a pooled one would lose its channels when another client gets it. */
export async function openNotifications(
  url: string,
  log: Logger,
  timeouts?: Timeouts,
): Promise<Notifications & AsyncDisposable> {
  const listener = new NotificationListener(url, log, timeouts);
  await listener.start();
  return listener;
}

class NotificationListener implements Notifications, AsyncDisposable {
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #closing = new AbortController();
  readonly #sessions = new Sessions();
  readonly #url: string;
  readonly #log: Logger;
  readonly #timeouts: Timeouts | undefined;
  #client: DatabaseClient | undefined;
  #running = Promise.resolve();
  #sending: Promise<unknown> = Promise.resolve();

  constructor(url: string, log: Logger, timeouts: Timeouts | undefined) {
    this.#url = url;
    this.#log = log;
    this.#timeouts = timeouts;
  }

  async start(): Promise<void> {
    this.#running = this.#stayConnected(await this.#connect());
  }

  listen(channel: string, onNotify: (payload: string) => void): () => void {
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(onNotify));
    if (this.#client) this.#subscribe(this.#client, channel).catch(ignore);
    return () => {
      listeners.delete(onNotify);
      if (listeners.size > 0 || this.#listeners.get(channel) !== listeners) return;
      this.#listeners.delete(channel);
      if (this.#client) this.#send(this.#client, `unlisten ${pg.escapeIdentifier(channel)}`).catch(ignore);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #stayConnected(first: DatabaseClient): Promise<void> {
    let client: DatabaseClient | undefined = first;
    while (client) {
      await this.#untilLost(client);
      this.#client = undefined;
      await client.end().catch(ignore);
      client = await this.#reconnect();
    }
  }

  /** Resolves with undefined once we are closing. */
  async #reconnect(): Promise<DatabaseClient | undefined> {
    if (!this.#closing.signal.aborted) this.#log.warn("notification connection lost");
    while (!this.#closing.signal.aborted) {
      try {
        return await this.#connect();
      } catch {
        await this.#waitForRoom();
      }
    }
    return undefined;
  }

  async #waitForRoom(): Promise<void> {
    const { signal } = this.#closing;
    const latest = performance.now() + ROOM_WAIT_MS;
    do await sleep(RECONNECT_MS, undefined, { signal }).catch(ignore);
    while (!signal.aborted && this.#sessions.leftCount >= SESSIONS_MAX && performance.now() < latest);
  }

  async #connect(): Promise<DatabaseClient> {
    const client = new DatabaseClient({
      connectionString: this.#url,
      application_name: "people-subgraph notifications",
      sessions: this.#sessions,
      ...(this.#timeouts && { timeouts: this.#timeouts }),
    });
    client.on("notification", ({ channel, payload }) => this.#notify(channel, payload ?? ""));
    try {
      await client.connect();
      // Set before subscribing, so that `listen` subscribes a channel that is added meanwhile.
      this.#client = client;
      for (const channel of this.#listeners.keys()) await this.#subscribe(client, channel);
    } catch (error) {
      this.#client = undefined;
      await client.end();
      throw error;
    }
    return client;
  }

  // A failed subscription is not retried here: its connection is lost, and the next one subscribes to every
  // channel.
  async #subscribe(client: DatabaseClient, channel: string): Promise<void> {
    await this.#send(client, `listen ${pg.escapeIdentifier(channel)}`);
    this.#notify(channel, "");
  }

  /** One statement at a time: a connection accepts the next one only after its answer. */
  #send(client: DatabaseClient, statement: string): Promise<unknown> {
    const sent = this.#sending.then(() => client.query(statement));
    this.#sending = sent.catch(ignore);
    return sent;
  }

  /** Resolves when the connection has ended or is silent, or when we are closing. */
  async #untilLost(client: DatabaseClient): Promise<void> {
    const lostOrClosing = AbortSignal.any([client.lost, this.#closing.signal]);
    while (!lostOrClosing.aborted) {
      await sleep(HEARTBEAT_MS, undefined, { signal: lostOrClosing }).catch(ignore);
      // The result does not matter: a silent connection aborts `lost`, and an error means that it answers.
      if (!lostOrClosing.aborted) await this.#send(client, "select 1").catch(ignore);
    }
  }

  #notify(channel: string, payload: string): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener(payload);
  }
}

const ignore = (): void => undefined;
