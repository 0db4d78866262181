import { Socket } from "node:net";
import pg from "pg";
import { type AnswerTimeouts, AnswerWatch, LATE_MS } from "./answer-watch.ts";
import { KeptStatements } from "./kept-statements.ts";
import { closeOurSide, type PooledConnection, Sessions } from "./sessions.ts";

export type Timeouts = AnswerTimeouts & {
  /** The timeout of a login; five seconds by default. */
  readonly loginMs?: number;
};

/** Timeouts for statements that read a row or two, on connections of their own. */
const DEFAULT_TIMEOUTS: Timeouts = { beginMs: 5_000, statementMs: 5_000 };

/** A server that needs longer to accept a login is overloaded or gone. */
export const LOGIN_TIMEOUT_MS = 5_000;

/**
 * After this idle time Linux probes every second and gives up after ten. So we notice a dead peer within 15
 * s, also during a statement that may take minutes.
 */
const KEEP_ALIVE_AFTER_MS = 5_000;

/** A healthy server closes a connection within milliseconds. A silent one never does. */
const CLOSE_TIMEOUT_MS = 1_000;

export type DatabaseClientConfig = pg.ClientConfig & {
  readonly timeouts?: Timeouts;
  /** Those of the pool. When a connection falls silent, the pool closes its idle ones as well. */
  readonly sessions?: Sessions;
  /** Whether the server behind this connection stays the same. Behind a pooler it changes. */
  readonly keepsStatements?: boolean;
};

/** The parts of node-postgres' connection that its types leave out. */
type EventSource = { on(event: string, listener: (chunk: unknown) => void): unknown };
type AttachesListeners = { attachListeners(stream: EventSource): void };

/**
 * A connection to Postgres that can neither end the process nor block a caller for ever. All our connections
 * are of this class.
 *
 * - node-postgres emits `error` when a session ends. Pools and libraries remove their listeners at times, and
 *   an `error` without a listener ends the process. Here it does not: the next statement fails instead.
 * - A peer that vanishes (failover, firewall) leaves statements without an answer. A connection that owes an
 *   answer and receives no byte for as long as `timeouts` allows is destroyed, so its pool cannot reuse it.
 */
export class DatabaseClient extends pg.Client implements PooledConnection {
  /** The named statements of this connection; null if it must not have any. */
  readonly kept: KeptStatements | null;
  readonly #timeouts: Timeouts;
  readonly #sessions: Sessions;
  readonly #loginMs: number;
  readonly #answers: AnswerWatch;
  readonly #createdAt = performance.now();
  readonly #lost = new AbortController();
  #isOpen = false;
  #login: NodeJS.Timeout | undefined;

  constructor(config: DatabaseClientConfig = {}) {
    super({
      ...config,
      // node-postgres would close the socket, and the pool would no longer count the session on the server.
      connectionTimeoutMillis: 0,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    });
    this.#timeouts = config.timeouts ?? DEFAULT_TIMEOUTS;
    const { loginMs = LOGIN_TIMEOUT_MS } = this.#timeouts;
    this.#loginMs = Math.min(config.connectionTimeoutMillis || loginMs, loginMs);
    this.#sessions = config.sessions ?? new Sessions();
    this.#sessions.add(this);
    this.kept = config.keepsStatements ? new KeptStatements() : null;
    this.#lost.signal.addEventListener("abort", () => this.#forget(), { once: true });
    surviveGarbage(this.connection);
    this.#answers = new AnswerWatch(this.connection, this.#timeouts, {
      onReady: (wasOwed) => {
        if (!this.#isOpen) this.#noteOpen();
        if (wasOwed) this.#sessions.forget(this.#createdAt);
      },
      onSilence: () => this.#destroyAsSilent(),
    });
  }

  /** Aborts when the connection has ended or is unusable. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * The server's limit for a statement of a transaction. We wait a little longer, to receive its timeout
   * error.
   */
  get statementTimeoutMs(): number {
    return this.#timeouts.statementMs;
  }

  /** Extends the timeout until the transaction, or a single statement outside of one, has ended. */
  extendTimeout(statementMs: number): void {
    this.#answers.extend(statementMs);
  }

  /** From now on an answer that is owed may take as long as others. */
  endExtension(): void {
    this.#answers.endExtension();
  }

  /** The next answer is that of `begin` and of statements behind it, and may take as long as these. */
  expectTransaction(): void {
    this.#answers.expectTransaction();
  }

  override emit(event: string | symbol, ...details: unknown[]): boolean {
    if (event === "error" || event === "end") this.#lost.abort();
    if (event === "error" && this.listenerCount("error") === 0) return false;
    return super.emit(event, ...details);
  }

  override connect(): Promise<this>;
  override connect(callback: (error: Error | null, client?: this) => void): void;
  override connect(callback?: (error: Error | null, client?: this) => void): Promise<unknown> | undefined {
    this.#armLoginTimer(this.#loginMs);
    if (!callback) return super.connect();
    super.connect(callback);
    return undefined;
  }

  get isLoggingIn(): boolean {
    return !this.#isOpen;
  }

  endLogin(): void {
    if (this.isLoggingIn) this.#leave(new Error("Connection terminated"));
  }

  closeIfUnused(error: Error): void {
    if (this.#isOpen && this.#answers.isIdle) this.#leave(error);
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | void {
    const { stream } = this.connection;
    // node-postgres closes its socket if a statement runs, because that may hang.
    if (this.#answers.owesAnswer) this.#leave();
    else if (stream instanceof Socket) this.#sessions.leave(stream);
    const timer = setTimeout(() => this.#leave(), CLOSE_TIMEOUT_MS).unref();
    this.connection.once("end", () => clearTimeout(timer));
    return callback ? super.end(callback) : super.end();
  }

  /** Closes our side, whatever the server does. The session counts until the server closes the other side. */
  #leave(error?: Error): void {
    const socket = closeOurSide(this.connection, error);
    if (socket) this.#sessions.leave(socket);
    this.#sessions.remove(this);
  }

  #armLoginTimer(timeoutMs: number): void {
    const dueAt = performance.now() + timeoutMs;
    this.#login = setTimeout(() => {
      const lateMs = performance.now() - dueAt;
      // Our own process was slow, so the server may have answered in time.
      if (lateMs > LATE_MS) return this.#armLoginTimer(lateMs);
      this.#leave(new Error("timeout expired"));
      this.#sessions.noteLogin(true);
    }, timeoutMs);
  }

  #noteOpen(): void {
    this.#isOpen = true;
    clearTimeout(this.#login);
    this.#sessions.noteLogin(false);
  }

  /**
   * Destroys the idle connections of the pool too: they probably fell silent together, and each would cost
   * another caller its timeout.
   */
  #destroyAsSilent(): void {
    this.#leave(noAnswer());
    for (const connection of this.#sessions.connections) connection.closeIfUnused(noAnswer());
  }

  #forget(): void {
    this.#answers.stop();
    clearTimeout(this.#login);
    this.#sessions.remove(this);
  }
}

/** The code Node uses for a peer that keep-alive found dead: callers do not have to distinguish the two. */
const ERRNO_OF_SILENCE = "ETIMEDOUT";

const noAnswer = (): Error =>
  Object.assign(new Error("The database did not answer; its connection was closed."), {
    code: ERRNO_OF_SILENCE,
  });

/**
 * node-postgres throws inside a socket's event handler when it cannot parse a message. Then the socket ends,
 * not the process.
 */
function surviveGarbage(connection: pg.Connection): void {
  const target = connection as pg.Connection & AttachesListeners;
  const attach = target.attachListeners.bind(target);
  target.attachListeners = (stream) =>
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
