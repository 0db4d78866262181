import pg from "pg";
import { QueryFailedError } from "typeorm";
import type { DatabaseClient } from "./database-client.ts";

export type Statement = {
  readonly text: string;
  readonly values?: readonly unknown[] | undefined;
  /** With a name, the connection keeps the statement parsed, and Postgres its plan. */
  readonly name?: string | undefined;
};

type Rows = readonly unknown[];

/** A statement of a batch, and how its rows or its error reach the caller. */
export type Step = Statement & {
  readonly resolve: (rows: Rows) => void;
  readonly reject: (error: Error) => void;
};

/** The parts of node-postgres' query that its types leave out. */
type Query = pg.Query & {
  handleRowDescription(message: unknown): void;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, connection: pg.Connection): void;
  handleEmptyQuery(connection: pg.Connection): void;
  handleReadyForQuery(connection: pg.Connection): void;
  handleError(error: Error, connection: pg.Connection): void;
};

/** The named statements of a connection, in node-postgres' records. */
type Connection = pg.Connection & {
  readonly parsedStatements: Record<string, string>;
  readonly submittedNamedStatements: Record<string, string>;
};

type Sent = { readonly step: Step; readonly query: Query };

/**
 * Statements that go to Postgres in one write, and end with one `sync`. After a failed statement Postgres
 * skips the rest of the batch, so no statement runs outside the transaction that an earlier one begins. (In
 * the pipeline mode of node-postgres each statement has a `sync` of its own, and would run.)
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

  /** Node-postgres notes under this name that the statement is parsed. */
  get name(): string | undefined {
    return this.#waiting[0]?.step.name;
  }

  get text(): string {
    return this.#waiting[0]?.step.text ?? "";
  }

  submit = (connection: pg.Connection): void => {
    const withoutSync = withoutSyncOf(connection);
    this.#isSubmitted = true;
    connection.stream.cork();
    try {
      for (const [place, step] of this.steps.entries()) {
        // The rows of a statement reach us when it ends, so that a slow batch is not taken for a silent one.
        if (place > this.#quick) connection.flush();
        this.#send(step, withoutSync);
      }
      this.#closed = [...(this.#client.kept?.dropped ?? [])];
      for (const name of this.#closed) connection.close({ type: "S", name }, true);
    } finally {
      connection.sync();
      connection.stream.uncork();
    }
  };

  #send(step: Step, connection: pg.Connection): void {
    let isSent = true;
    const { text, values, name, resolve } = step;
    // The client parses the values of its types. Without `queryMode` a statement without values would be
    // sent by the simple protocol, which has a `sync` of its own.
    const config = { text, values: [...(values ?? [])], name, types: this.#client, queryMode: "extended" };
    const query = new pg.Query(config, (error: Error | undefined, result) => {
      if (!error) return resolve(result.rows);
      isSent = false;
      step.reject(new QueryFailedError(text, config.values, error));
    }) as Query;
    const refused: unknown = query.submit(connection);
    if (refused instanceof Error) query.handleError(refused, connection);
    if (isSent) this.#waiting.push({ step, query });
  }

  handleRowDescription(message: unknown): void {
    this.#waiting[0]?.query.handleRowDescription(message);
  }

  handleDataRow(message: unknown): void {
    this.#waiting[0]?.query.handleDataRow(message);
  }

  handleCommandComplete(message: unknown, connection: pg.Connection): void {
    const query = this.#waiting[0]?.query;
    query?.handleCommandComplete(message, connection);
    this.#waiting.shift();
    query?.handleReadyForQuery(connection);
  }

  handleEmptyQuery(connection: pg.Connection): void {
    this.#waiting.shift()?.query.handleReadyForQuery(connection);
  }

  handleError(error: Error, connection: Connection): void {
    // The plan of one may be out of date, and Postgres has not parsed those behind the failed one.
    for (const { text, name } of this.steps) if (name !== undefined) this.#client.kept?.drop(text);
    // A connection that was lost before refuses the batch as a whole.
    const unsent = this.#isSubmitted ? [] : this.steps;
    for (const { text, values, reject } of unsent)
      reject(new QueryFailedError(text, [...(values ?? [])], error));
    for (const { step, query } of this.#waiting.splice(0)) {
      if (step.name !== undefined) delete connection.submittedNamedStatements[step.name];
      query.handleError(error, connection);
    }
    this.#settle();
  }

  handleReadyForQuery(connection: Connection): void {
    for (const name of this.#closed) {
      this.#client.kept?.dropped.delete(name);
      delete connection.parsedStatements[name];
    }
    this.#settle();
  }
}

/** The connection for one statement of a batch: everything but the `sync`, which ends the batch. */
const withoutSyncOf = (connection: pg.Connection): pg.Connection =>
  Object.create(connection, { sync: { value: () => undefined } }) as pg.Connection;
