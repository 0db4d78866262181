import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Logger } from "../log.ts";
import { DatabaseClient } from "./database-client.ts";

/** Wakes whoever listens when a transaction that notified has committed. */
export type Notifications = {
  /**
   * Calls `onNotify` with each payload on the channel, until the returned function is called. It is called with an
   * empty payload whenever notifications may have been missed: once when listening has begun and once after every
   * reconnect. Whoever reads the truth at each call therefore never misses a change.
   */
  listen(channel: string, onNotify: (payload: string) => void): () => void;
};

/** Together with the patience of its connection: one that falls silent is noticed within ten seconds. */
const HEARTBEAT_MS = 5_000;

/** Connecting is cheap, and listeners are blind until it succeeds. */
const RECONNECT_MS = 500;

/** How late news is where nothing wakes anybody. */
const LOOK_MS = 1_000;

/** For connections through which LISTEN hears nothing: every listener looks for itself, over and over. */
export function openPolledNotifications(): Notifications & Disposable {
  const looking = new Set<NodeJS.Timeout>();
  return {
    listen(_channel, onNotify) {
      const look = setInterval(onNotify, LOOK_MS, "");
      looking.add(look);
      return () => {
        looking.delete(look);
        clearInterval(look);
      };
    },
    [Symbol.dispose]() {
      for (const look of looking) clearInterval(look);
    },
  };
}

/** Listens on a connection of its own: a pooled one would lose its channels when it is handed on. */
export async function openNotifications(url: string, log: Logger): Promise<Notifications & AsyncDisposable> {
  const switchboard = new Switchboard(url, log);
  await switchboard.start();
  return switchboard;
}

class Switchboard implements Notifications, AsyncDisposable {
  readonly #listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #closing = new AbortController();
  readonly #url: string;
  readonly #log: Logger;
  #client: DatabaseClient | undefined;
  #running = Promise.resolve();
  #sending: Promise<unknown> = Promise.resolve();

  constructor(url: string, log: Logger) {
    this.#url = url;
    this.#log = log;
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

  /** Resolves with nothing once we are closing. */
  async #reconnect(): Promise<DatabaseClient | undefined> {
    if (!this.#closing.signal.aborted) this.#log.warn("notification connection lost");
    while (!this.#closing.signal.aborted) {
      try {
        return await this.#connect();
      } catch {
        await sleep(RECONNECT_MS, undefined, { signal: this.#closing.signal }).catch(ignore);
      }
    }
    return undefined;
  }

  async #connect(): Promise<DatabaseClient> {
    const client = new DatabaseClient({
      connectionString: this.#url,
      application_name: "people-subgraph notifications",
    });
    client.on("notification", ({ channel, payload }) => this.#notify(channel, payload ?? ""));
    try {
      await client.connect();
      // Known before it subscribes, so that a channel that is added meanwhile subscribes by itself.
      this.#client = client;
      for (const channel of this.#listeners.keys()) await this.#subscribe(client, channel);
    } catch (error) {
      this.#client = undefined;
      await client.end();
      throw error;
    }
    return client;
  }

  // A subscription that fails is not retried here: its connection is lost, and the next one subscribes to every channel.
  async #subscribe(client: DatabaseClient, channel: string): Promise<void> {
    await this.#send(client, `listen ${pg.escapeIdentifier(channel)}`);
    this.#notify(channel, "");
  }

  /** One statement at a time: a connection does not take the next one before it has answered. */
  #send(client: DatabaseClient, statement: string): Promise<unknown> {
    const sent = this.#sending.then(() => client.query(statement));
    this.#sending = sent.catch(ignore);
    return sent;
  }

  /** Resolves when the connection has ended or does not answer any more, or when we are closing. */
  async #untilLost(client: DatabaseClient): Promise<void> {
    const lostOrClosing = AbortSignal.any([client.lost, this.#closing.signal]);
    while (!lostOrClosing.aborted) {
      await sleep(HEARTBEAT_MS, undefined, { signal: lostOrClosing }).catch(ignore);
      // A failure is no reason to look at: a connection that does not answer is lost, and one that refuses is not.
      if (!lostOrClosing.aborted) await this.#send(client, "select 1").catch(ignore);
    }
  }

  #notify(channel: string, payload: string): void {
    for (const listener of [...(this.#listeners.get(channel) ?? [])]) listener(payload);
  }
}

const ignore = (): void => undefined;
