/// <reference path="./pg-values.d.ts" />
import type pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import { QueryFailedError } from "typeorm";
import type { DatabaseClient } from "./database-client.ts";
import type { KeptStatement } from "./kept-statements.ts";
import { createReadRow, NO_ROWS, type ReadRow } from "./read-row.ts";

export type Statement = {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** The statement that the connection keeps parsed, and whose plan Postgres keeps. */
  readonly kept?: KeptStatement | undefined;
};

type Rows = readonly unknown[];

/** A statement of a batch, and how its rows or its error reach the caller. */
export type Step = Statement & {
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: Error) => void;
};

type Value = string | Buffer | null;

/** The parts of node-postgres' connection that its types leave out. */
type Messages = {
  parse(statement: { readonly name?: string | undefined; readonly text: string }): void;
  bind(values: { readonly statement?: string | undefined; readonly values: readonly Value[] }): void;
  describe(portal: { readonly type: "P" }): void;
  execute(portal: object): void;
  close(statement: { readonly type: "S"; readonly name: string }): void;
  flush(): void;
};

type RowDescription = { readonly fields: pg.FieldDef[] };
type DataRow = { readonly fields: readonly (string | null)[] };

/** A statement that was sent, and what has arrived of its answer. */
type Sent = { readonly step: Step; readRow: ReadRow | null; readonly rows: unknown[]; failure: Error | null };

/**
 * Statements that go to Postgres in one write, and end with one `sync`. After a failed statement Postgres
 * skips the rest of the batch, so no statement runs outside the transaction that an earlier one begins. (In
 * the pipeline mode of node-postgres each statement has a `sync` of its own, and would run.)
 *
 * Postgres describes the rows of a kept statement once: to describe them and to read it takes a tenth of the
 * time of a page.
 */
export class Batch implements pg.Submittable {
  /** Resolves when each statement has its rows or its error; never rejects. */
  readonly done: Promise<void>;
  readonly steps: readonly Step[];
  readonly #client: DatabaseClient;
  readonly #quick: number;
  #isSubmitted = false;
  #closed: readonly string[] = [];
  readonly #waiting: Sent[] = [];
  #settle: () => void = () => undefined;

  /** @param quick how many of the first statements take no time, such as `begin`. */
  constructor(client: DatabaseClient, steps: readonly Step[], quick = 0) {
    this.#client = client;
    this.steps = steps;
    this.#quick = quick;
    this.done = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  submit = (connection: pg.Connection): void => {
    this.#isSubmitted = true;
    const { messages, bytes } = collectMessages(connection);
    for (const [place, step] of this.steps.entries()) {
      // The rows of a statement reach us when it ends, so that a slow batch is not taken for a silent one.
      if (place > this.#quick) messages.flush();
      this.#add(step, messages);
    }
    this.#closed = [...(this.#client.kept?.dropped ?? [])];
    for (const name of this.#closed) messages.close({ type: "S", name });
    connection.stream.cork();
    connection.stream.write(bytes());
    connection.sync();
    connection.stream.uncork();
  };

  #add(step: Step, messages: Messages): void {
    const { text, kept, reject } = step;
    let values: Value[];
    try {
      values = (step.values ?? []).map((value) => prepareValue(value));
    } catch (error) {
      // For example, a value is a circular object. No part of the statement was sent.
      reject(toQueryError(step, error));
      return;
    }
    if (!kept?.isSent) messages.parse({ name: kept?.name, text });
    if (kept) kept.isSent = true;
    messages.bind({ statement: kept?.name, values });
    if (!kept?.readRow) messages.describe({ type: "P" });
    messages.execute({});
    this.#waiting.push({ step, readRow: kept?.readRow ?? null, rows: [], failure: null });
  }

  handleRowDescription({ fields }: RowDescription): void {
    const [current] = this.#waiting;
    if (current) current.readRow = createReadRow(fields, this.#client);
  }

  handleDataRow({ fields }: DataRow): void {
    const [current] = this.#waiting;
    if (!current || current.failure) return;
    try {
      current.rows.push(current.readRow?.(fields));
    } catch (error) {
      current.failure = toQueryError(current.step, error);
    }
  }

  handleCommandComplete(): void {
    const current = this.#waiting.shift();
    if (!current) return;
    const { step, readRow, rows, failure } = current;
    if (step.kept) step.kept.readRow = readRow ?? NO_ROWS;
    if (failure) step.reject(failure);
    else step.resolve(rows);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handleError(error: Error): void {
    // A kept plan may be out of date, and Postgres has not parsed the statements behind the failed one.
    for (const { text, kept } of this.steps) if (kept) this.#client.kept?.drop(text);
    // A connection that was lost before refuses the batch as a whole.
    const unsent = this.#isSubmitted ? [] : this.steps;
    for (const step of [...unsent, ...this.#waiting.splice(0).map((sent) => sent.step)])
      step.reject(toQueryError(step, error));
    this.#settle();
  }

  handleReadyForQuery(): void {
    for (const name of this.#closed) this.#client.kept?.dropped.delete(name);
    this.#settle();
  }
}

const toQueryError = ({ text, values }: Statement, error: unknown): QueryFailedError =>
  new QueryFailedError(
    text,
    [...(values ?? [])],
    error instanceof Error ? error : new Error("unreadable", { cause: error }),
  );

/** A connection that collects its messages, so that all of them take one write. */
function collectMessages(connection: pg.Connection): { messages: Messages; bytes: () => Buffer } {
  const collected: Buffer[] = [];
  const stream = { writable: true, write: (bytes: Buffer) => collected.push(bytes) };
  const messages = Object.create(connection, { stream: { value: stream } }) as Messages;
  return { messages, bytes: () => Buffer.concat(collected) };
}
