import { LRUCache } from "lru-cache";

/** Statements that one connection keeps; each costs its backend some 50 KB. Fewer recur in a service. */
const KEPT_MAX = 100;

/** The statements that Postgres keeps parsed and planned for one connection: their names, by text. */
export class KeptStatements {
  #number = 0;
  /** Names that nothing uses any more, and that Postgres still keeps. */
  readonly dropped = new Set<string>();
  readonly #names = new LRUCache<string, string>({
    max: KEPT_MAX,
    dispose: (name) => this.dropped.add(name),
  });

  /** The name of the statement: a new one if the connection does not keep it yet. */
  nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    this.#number += 1;
    const name = `kept_${this.#number}`;
    this.#names.set(text, name);
    return name;
  }

  drop(text: string): void {
    this.#names.delete(text);
  }
}
