import type { Connection, Submittable } from "pg";
import type { Row } from "./floor-statements.ts";

export type Step = { readonly name: string; readonly text: string; readonly values: readonly string[] };

/** The statements that each connection has parsed. */
const parsed = new WeakMap<Connection, Set<string>>();

/**
 * Sends several named statements in one write, with one synchronisation, so all of them cost one round trip.
 * The driver calls these methods for each message of Postgres. An error of one step fails all.
 */
export class OneTrip implements Submittable {
  readonly #answer = Promise.withResolvers<Row[]>();
  readonly #rows: Row[] = [];
  #completed = 0;

  /** @param wanted the place of the step whose rows count. */
  constructor(
    private readonly steps: readonly Step[],
    private readonly wanted: number,
  ) {}

  get rows(): Promise<readonly Row[]> {
    return this.#answer.promise;
  }

  submit(connection: Connection): void {
    const known = parsed.get(connection) ?? new Set();
    parsed.set(connection, known);
    connection.stream.cork();
    for (const { name, text, values } of this.steps) {
      if (!known.has(name)) connection.parse({ name, text, types: [] }, true);
      known.add(name);
      connection.bind({ statement: name, values: [...values] }, true);
      connection.execute({}, true);
    }
    connection.sync();
    connection.stream.uncork();
  }

  handleDataRow({ fields }: { readonly fields: Row }): void {
    if (this.#completed === this.wanted) this.#rows.push(fields);
  }

  handleCommandComplete(): void {
    this.#completed += 1;
  }

  handleError(error: Error): void {
    this.#answer.reject(error);
  }

  handleReadyForQuery(): void {
    this.#answer.resolve(this.#rows);
  }
}
