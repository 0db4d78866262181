import { LRUCache } from "lru-cache";
import type { ReadRow } from "./read-row.ts";

/** Statements that one connection keeps; each costs its backend some 50 KB. Fewer recur in a service. */
const KEPT_MAX = 100;

/** A statement that Postgres keeps parsed and planned for one connection. */
export type KeptStatement = {
  readonly name: string;
  /** Whether it was sent to be parsed. If that failed, it is dropped. */
  isSent: boolean;
  /** Turns its rows into objects, once Postgres has described them. */
  readRow: ReadRow | null;
};

/** The statements that Postgres keeps for one connection, by text. */
export class KeptStatements {
  #number = 0;
  /** Names that are no longer used, but that Postgres still keeps. */
  readonly dropped = new Set<string>();
  readonly #statements = new LRUCache<string, KeptStatement>({
    max: KEPT_MAX,
    dispose: ({ name }) => this.dropped.add(name),
  });

  /** The statement with this text: a new one if the connection does not keep it yet. */
  of(text: string): KeptStatement {
    const known = this.#statements.get(text);
    if (known) return known;
    this.#number += 1;
    const statement: KeptStatement = { name: `kept_${this.#number}`, isSent: false, readRow: null };
    this.#statements.set(text, statement);
    return statement;
  }

  drop(text: string): void {
    this.#statements.delete(text);
  }
}
