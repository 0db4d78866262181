import type { ActionableError } from "../../errors.ts";
import type { FailureDetails } from "../http/failure.ts";
import { expected } from "../http/read-ahead.ts";
import type { CountedPage } from "./parse-employees.ts";

/** Personio enforces it since January 2025. */
export const PAGE_SIZE = 100;

/** Pages that begin like one before. One may by mistake; a list that goes round in circles never ends. */
const REPEATED_PAGES_MAX = 3;

/** People that a company may gain while it is being read, beyond twice what it announced at first. */
const GROWTH_MAX = 1_000;

type ReadOptions = {
  readonly signal: AbortSignal | undefined;
  readonly prefetch: boolean;
  /** Whether the announced number falls while pages are read, as it was seen to do with `updated_since`. */
  readonly sinking?: boolean;
  /** How many records a full page has at the moment: Personio may allow fewer than we ask for. */
  readonly pageSize?: () => number;
  /** The error of a list whose pages cannot be right. */
  readonly listError: (details: FailureDetails) => ActionableError;
};

export type ReadPage = (offset: number, signal: AbortSignal) => Promise<CountedPage>;

/** One page is parsed while Personio writes the next: with a single one ahead, each would wait for the other. */
const PAGES_AHEAD = 2;

/**
 * Pages by offset, until one is empty or the announced number is reached. The offset counts the records received, so a
 * page that is shorter than asked for leaves no gap. The number announced last counts, for it moves with the company;
 * where it is known to sink under the reader (`updated_since`), it only counts after a page that was not full.
 * Where none can be read, an empty page is the end.
 *
 * Paging by offset cannot be exact while people come and go: a record that moves across a page border is read twice or
 * not at all. Nothing is hidden or repaired here.
 */
// VERIFY(personio): the order is not documented; if it is not stable, more records move than people come and go.
export async function* readEmployees(
  readPage: ReadPage,
  { signal, prefetch, sinking = false, pageSize = () => PAGE_SIZE, listError }: ReadOptions,
): AsyncGenerator<CountedPage, void, undefined> {
  const leaving = new AbortController();
  const either = signal ? AbortSignal.any([signal, leaving.signal]) : leaving.signal;
  const ahead = askAhead((offset) => readPage(offset, either));
  const watch = watchForLoop(listError);
  let offset = 0;

  try {
    while (true) {
      const page = await (ahead.take(offset) ?? readPage(offset, either));
      offset += page.received;
      watch(page, offset);

      const { received, total } = page;
      const isTrusted = !sinking || received < pageSize();
      const last = received === 0 || (total !== null && isTrusted && offset >= total);
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
    ask(offset: number, { received, total }: CountedPage): void {
      for (let index = 0; index < PAGES_AHEAD; index += 1) {
        const at = offset + index * received;
        if (asked.has(at) || (index > 0 && at >= (total ?? 0))) continue;
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

/** Ends a list that does not: by the number that was announced first or, where that says nothing, by pages that come again. */
function watchForLoop(listError: ReadOptions["listError"]): (page: CountedPage, offset: number) => void {
  const beginnings = new Set<string>();
  let offsetMax: number | undefined;
  let repeatedPages = 0;
  return ({ total, received, employees: [first] }, offset) => {
    const beginning = first?.id ?? "";
    if (total !== null) offsetMax ??= 2 * total + GROWTH_MAX;
    else if (received > 0 && beginnings.has(beginning)) repeatedPages += 1;
    beginnings.add(beginning);
    if (offset > (offsetMax ?? Number.POSITIVE_INFINITY) || repeatedPages > REPEATED_PAGES_MAX)
      throw listError(loop(offset, total));
  };
}

const loop = (read: number, total: number | null): FailureDetails => ({
  kind: "PAGINATION_LOOP",
  found:
    total === null
      ? `${read} records, and repeated pages`
      : `${read} records, but no last page although only ${total} were announced`,
});
