import { Socket } from "node:net";
import type pg from "pg";

/** How long the database may be silent while it owes an answer. */
export type AnswerTimeouts = {
  /** For the first statement of a transaction, which waits for no lock. */
  readonly beginMs: number;
  /** For every other statement. */
  readonly statementMs: number;
};

type Listeners = {
  /** Called after a login, and after each answer. `wasOwed` is false if no statement waited for it. */
  readonly onReady: (wasOwed: boolean) => void;
  /** Called when no byte of an owed answer arrived in time. */
  readonly onSilence: () => void;
};

type ReadyForQuery = { readonly status: "I" | "T" | "E" };

/** How long the server's timeout error may take to arrive. */
const REPORT_MS = 1_000;

/** A timer later than this was delayed by our own process: a blocked event loop, or a stopped process. */
export const LATE_MS = 50;

/**
 * Counts the answers that the server owes on one connection, and notices when none arrives. Each statement is
 * one `query` or one `sync` message, and the server answers each with one ReadyForQuery.
 */
export class AnswerWatch {
  readonly #connection: pg.Connection;
  readonly #timeouts: AnswerTimeouts;
  readonly #listeners: Listeners;
  #owedAnswers = 0;
  #isInTransaction = false;
  #extendedMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(connection: pg.Connection, timeouts: AnswerTimeouts, listeners: Listeners) {
    this.#connection = connection;
    this.#timeouts = timeouts;
    this.#listeners = listeners;
    for (const method of ["query", "sync"] as const) {
      const send: (text: string) => void = connection[method].bind(connection);
      connection[method] = (text?: string) => {
        this.#owedAnswers += 1;
        this.#arm();
        send(text ?? "");
      };
    }
    connection.on("readyForQuery", (message: ReadyForQuery) => this.#receive(message));
  }

  get owesAnswer(): boolean {
    return this.#owedAnswers > 0;
  }

  /** No statement runs, and no transaction is open. */
  get isIdle(): boolean {
    return !this.owesAnswer && !this.#isInTransaction;
  }

  /** The next answer is that of `begin` and of statements behind it, and may take as long as these. */
  expectTransaction(): void {
    this.#isInTransaction = true;
  }

  /** Extends the timeout until the transaction, or a single statement outside of one, has ended. */
  extend(statementMs: number): void {
    this.#extendedMs = statementMs;
  }

  /** From now on an answer that is owed may take as long as others. */
  endExtension(): void {
    this.#extendedMs = null;
    if (this.owesAnswer) this.#arm();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #receive({ status }: ReadyForQuery): void {
    this.#listeners.onReady(this.owesAnswer);
    this.#isInTransaction = status !== "I";
    this.#owedAnswers = Math.max(0, this.#owedAnswers - 1);
    if (this.owesAnswer) this.#arm();
    else this.stop();
    if (this.isIdle) this.#extendedMs = null;
  }

  #arm(timeoutMs = this.#timeoutMs, received = this.#bytesReceived): void {
    clearTimeout(this.#timer);
    const dueAt = performance.now() + timeoutMs;
    const timer = setTimeout(() => {
      const lateMs = performance.now() - dueAt;
      // `setImmediate` lets pending data be read first.
      setImmediate(() => {
        if (this.#timer !== timer || !this.owesAnswer) return;
        if (this.#bytesReceived > received) this.#arm();
        // Our own process was slow, so the database may have answered in time.
        else if (lateMs > LATE_MS) this.#arm(lateMs, received);
        else this.#listeners.onSilence();
      });
    }, timeoutMs);
    this.#timer = timer;
  }

  get #timeoutMs(): number {
    if (this.#extendedMs !== null) return this.#extendedMs + this.#timeouts.beginMs;
    if (!this.#isInTransaction) return this.#timeouts.beginMs;
    return this.#timeouts.statementMs + REPORT_MS;
  }

  get #bytesReceived(): number {
    const { stream } = this.#connection;
    return stream instanceof Socket ? stream.bytesRead : 0;
  }
}
