import type { RequestCount } from "../admin.ts";

/** Enough for every page and endpoint; further paths, as of a million single records, share one count. */
const PATHS_MAX = 10_000;

/**
 * How often clients requested each path. Queries and headers may contain personal data and secrets, so they
 * are not kept.
 */
export class RequestLog {
  readonly #counts = new Map<string, RequestCount>();

  record(method: string, path: string): void {
    const known = this.#counts.has(`${method} ${path}`) || this.#counts.size < PATHS_MAX;
    const place = known ? path : "(others)";
    const count = this.#counts.get(`${method} ${place}`)?.count ?? 0;
    this.#counts.set(`${method} ${place}`, { method, path: place, count: count + 1 });
  }

  counts(): readonly RequestCount[] {
    return [...this.#counts.values()];
  }

  clear(): void {
    this.#counts.clear();
  }
}
