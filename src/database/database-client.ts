import { Socket } from "node:net";
import pg from "pg";

/** How long an answer of the database may take before its connection counts as silent. */
export type Timeouts = {
  /** For the first statement of a transaction, which waits for nothing in the database. */
  readonly beginMs: number;
  /** For every other one. */
  readonly statementMs: number;
};

/** For statements that read a row or two, on connections of their own. */
const DEFAULT_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 5_000 };

/** A server that takes longer to let us in is overrun or gone; all who wait for the login have waited long enough. */
const LOGIN_TIMEOUT_MS = 5_000;

/**
 * Linux then probes every second and gives up after ten: a peer that is gone is noticed within 15 s, also during a statement
 * that may take minutes.
 */
const KEEP_ALIVE_AFTER_MS = 5_000;

/** A server that answers takes milliseconds to close a connection. A silent one never does. */
const GOODBYE_MS = 1_000;

export type DatabaseClientConfig = pg.ClientConfig & {
  readonly timeouts?: Timeouts;
  /** The other connections of the same pool. When one falls silent, the pool closes its idle ones as well. */
  readonly siblings?: Set<DatabaseClient>;
};

/** The parts of node-postgres' connection that its types leave out. */
type Heard = { on(event: string, listener: (chunk: unknown) => void): unknown };
type Listening = { attachListeners(stream: Heard): void };
type ReadyForQuery = { readonly status: "I" | "T" | "E" };

/**
 * A connection to Postgres that neither ends the process nor keeps anybody waiting for ever. Every connection of ours is one.
 *
 * - node-postgres emits `error` when a session ends. Pools and libraries take their listeners off now and then, and an
 *   `error` without a listener ends the process. Here it does not: the next statement fails, and that is enough.
 * - A peer that vanishes without a word (failover, firewall) leaves statements without an answer. A connection that owes an
 *   answer and sends no byte for as long as `timeouts` says is destroyed, so its pool cannot hand it out again.
 */
export class DatabaseClient extends pg.Client {
  readonly #timeouts: Timeouts;
  readonly #siblings: Set<DatabaseClient>;
  readonly #lost = new AbortController();
  #extendedMs: number | null = null;
  #owedAnswers = 0;
  #isOpen = false;
  #isInTransaction = false;
  #silence: NodeJS.Timeout | undefined;

  constructor(config: DatabaseClientConfig = {}) {
    super({
      ...config,
      connectionTimeoutMillis: Math.min(config.connectionTimeoutMillis || LOGIN_TIMEOUT_MS, LOGIN_TIMEOUT_MS),
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    this.#timeouts = config.timeouts ?? DEFAULT_TIMEOUTS;
    this.#siblings = config.siblings ?? new Set();
    this.#siblings.add(this);
    this.#lost.signal.addEventListener("abort", () => this.#forget(), { once: true });
    surviveGarbage(this.connection);
    this.#watchAnswers();
  }

  /** Aborted when the connection has ended or cannot be used any more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** What the server may take for a statement of a transaction. We wait a little longer, to hear that it gave up. */
  get statementTimeoutMs(): number {
    return this.#timeouts.statementMs;
  }

  /** Lets answers take so long until the transaction, or the statement outside of one, has ended. */
  extendTimeout(statementMs: number): void {
    this.#extendedMs = statementMs;
  }

  override emit(event: string | symbol, ...details: unknown[]): boolean {
    if (event === "error" || event === "end") this.#lost.abort();
    if (event === "error" && this.listenerCount("error") === 0) return false;
    return super.emit(event, ...details);
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const timer = setTimeout(() => this.connection.stream.destroy(), GOODBYE_MS).unref();
    this.connection.once("end", () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  /** Each statement is one `query` or one `sync` on the wire, and each of those is answered by one ReadyForQuery. */
  #watchAnswers(): void {
    const { connection } = this;
    for (const method of ["query", "sync"] as const) {
      const send: (text: string) => void = connection[method].bind(connection);
      connection[method] = (text?: string) => {
        this.#owedAnswers += 1;
        this.#listenForSilence();
        send(text ?? "");
      };
    }
    connection.on("readyForQuery", ({ status }: ReadyForQuery) => {
      this.#isOpen = true;
      this.#isInTransaction = status !== "I";
      this.#owedAnswers = Math.max(0, this.#owedAnswers - 1);
      if (this.#owedAnswers > 0) return this.#listenForSilence();
      clearTimeout(this.#silence);
      if (!this.#isInTransaction) this.#extendedMs = null;
    });
  }

  #listenForSilence(timeoutMs = this.#timeoutMs, heard = this.#bytesHeard): void {
    clearTimeout(this.#silence);
    const dueAt = performance.now() + timeoutMs;
    const timer = setTimeout(() => {
      const lateMs = performance.now() - dueAt;
      // What has arrived is read before we look.
      setImmediate(() => {
        if (this.#silence !== timer || this.#owedAnswers === 0) return;
        if (this.#bytesHeard > heard) this.#listenForSilence();
        // Our own process was slow, so the database may not have been.
        else if (lateMs > LATE_MS) this.#listenForSilence(lateMs, heard);
        else this.#giveUp();
      });
    }, timeoutMs);
    this.#silence = timer;
  }

  get #timeoutMs(): number {
    if (this.#extendedMs !== null) return this.#extendedMs + this.#timeouts.beginMs;
    if (!this.#isInTransaction) return this.#timeouts.beginMs;
    return this.#timeouts.statementMs + REPORT_MS;
  }

  get #bytesHeard(): number {
    const { stream } = this.connection;
    return stream instanceof Socket ? stream.bytesRead : 0;
  }

  /** What fell silent together is thrown away together: each of them would otherwise cost another caller its timeout. */
  #giveUp(): void {
    const unused = [...this.#siblings].filter((client) => client.#isUnused);
    for (const client of [this, ...unused]) client.connection.stream.destroy(noAnswer());
  }

  get #isUnused(): boolean {
    return this.#isOpen && this.#owedAnswers === 0 && !this.#isInTransaction;
  }

  #forget(): void {
    clearTimeout(this.#silence);
    this.#siblings.delete(this);
  }
}

/** How long the report of a statement that the server gave up may be on its way. */
const REPORT_MS = 1_000;

/** A timer that is later than this was held up by our own process: a busy event loop, or one that was stopped. */
const LATE_MS = 50;

/** What Node calls a peer that keep-alive found gone: callers need not tell the two apart. */
const ERRNO_OF_SILENCE = "ETIMEDOUT";

const noAnswer = (): Error =>
  Object.assign(new Error("The database did not answer; its connection was closed."), {
    code: ERRNO_OF_SILENCE,
  });

/** node-postgres throws from inside a socket's event where it cannot read a message. Then the socket ends, not the process. */
function surviveGarbage(connection: pg.Connection): void {
  const listening = connection as pg.Connection & Listening;
  const attach = listening.attachListeners.bind(listening);
  listening.attachListeners = (stream) =>
    attach({
      on: (event, listener) =>
        stream.on(event, (chunk) => {
          try {
            listener(chunk);
          } catch (error) {
            connection.stream.destroy(
              error instanceof Error ? error : new Error("unreadable message from the database"),
            );
          }
        }),
    });
}
