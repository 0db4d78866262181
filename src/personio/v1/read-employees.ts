import type { ActionableError } from "../../errors.ts";
import type { Finding } from "../http/fault.ts";
import { expected } from "../listing/read-ahead.ts";
import type { CountedPage } from "./parse-employees.ts";

/** Personio enforces it since January 2025. */
export const PAGE_SIZE = 100;

/** People that a company may gain while it is being read, beyond twice what it announced at first. */
const GROWTH_MAX = 1_000;

type ReadOptions = {
  readonly signal: AbortSignal | undefined;
  readonly prefetch: boolean;
  /** Whether the announced number falls while pages are read, as it was seen to do with `updated_since`. */
  readonly sinking?: boolean;
  /** The error of a list whose pages cannot be right. */
  readonly giveUp: (finding: Finding) => ActionableError;
};

export type ReadPage = (offset: number, signal: AbortSignal) => Promise<CountedPage>;

/** One page is parsed while Personio writes the next: with a single one ahead, each would wait for the other. */
const PAGES_AHEAD = 2;

/**
 * Pages by offset, until one is empty or the announced number is reached. The offset counts the records received, so a
 * page that is shorter than asked for leaves no gap. The number announced last counts, for it moves with the company;
 * where it is known to sink under the reader (`updated_since`), it only counts after a page that was not full.
 *
 * Paging by offset cannot be exact while people come and go: a record that moves across a page border is read twice or
 * not at all. Nothing is hidden or repaired here.
 */
// VERIFY(personio): the order is not documented; if it is not stable, more records move than people come and go.
export async function* readEmployees(
  readPage: ReadPage,
  { signal, prefetch, sinking = false, giveUp }: ReadOptions,
): AsyncGenerator<CountedPage, void, undefined> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  const ahead = askAhead((offset) => readPage(offset, either));
  let offset = 0;
  let offsetMax: number | undefined;

  try {
    while (true) {
      const page = await (ahead.take(offset) ?? readPage(offset, either));
      offset += page.employees.length;
      offsetMax ??= 2 * page.total + GROWTH_MAX;
      if (offset > offsetMax) throw giveUp(loop(offset, page.total));

      const mayBeLast = !sinking || page.employees.length < PAGE_SIZE;
      const last = page.employees.length === 0 || (mayBeLast && offset >= page.total);
      if (!last && prefetch) ahead.ask(offset, page);
      yield page;
      if (last) return;
    }
  } finally {
    // The consumer may leave after any page; what was asked for ahead of it must not go on.
    leaving.abort();
  }
}

/** Pages that were asked for before it was known where they begin: by the size of the page before. */
function askAhead(readPage: (offset: number) => Promise<CountedPage>) {
  const asked = new Map<number, Promise<CountedPage>>();
  return {
    /** The next page is certainly there; the one behind it only where the announced number says so. */
    ask(offset: number, { employees, total }: CountedPage): void {
      for (let index = 0; index < PAGES_AHEAD; index += 1) {
        const at = offset + index * employees.length;
        if (asked.has(at) || (index > 0 && at >= total)) continue;
        asked.set(at, expected(readPage(at)));
      }
    },
    /** A page that was shorter than the one before moves all that follow: what was asked for in vain is forgotten. */
    take(offset: number): Promise<CountedPage> | undefined {
      const page = asked.get(offset);
      if (page) asked.delete(offset);
      else asked.clear();
      return page;
    },
  };
}

const loop = (read: number, total: number): Finding => ({
  kind: "PAGINATION_LOOP",
  found: `${read} records and still not the last page of the ${total} that are announced`,
});
