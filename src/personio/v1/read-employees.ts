import type { ActionableError } from "../../errors.ts";
import type { FailureDetails } from "../http/failure.ts";
import { handled } from "../http/read-ahead.ts";
import { type CountedPage, TOTAL_MAX } from "./parse-employees.ts";

/** Personio's limit since January 2025. */
export const PAGE_SIZE = 100;

/** Pages that start like an earlier one. One may repeat by mistake; a cyclic list never ends. */
const REPEATED_PAGES_MAX = 3;

/** How many people a company may gain during a read, beyond twice the first announced total. */
const GROWTH_MAX = 1_000;

type ReadOptions = {
  readonly signal: AbortSignal | undefined;
  readonly prefetch: boolean;
  /** Whether the announced total falls while pages are read, as it does with `updated_since`. */
  readonly sinking?: boolean;
  /** How many records a full page has at present: Personio may allow fewer than we request. */
  readonly pageSize?: () => number;
  /** The error of a list whose pages cannot be right. */
  readonly listError: (details: FailureDetails) => ActionableError;
};

export type ReadPage = (offset: number, signal: AbortSignal) => Promise<CountedPage>;

/** With a single page ahead, parsing and Personio would wait for each other. */
const PAGES_AHEAD = 2;

/**
 * Pages by offset, until one is empty or the announced total is reached. The offset counts received records,
 * so a short page leaves no gap. The last announced total counts, because it changes with the company. If the
 * total falls during the read (`updated_since`), it counts only after a page that was not full. If no total
 * is readable, an empty page is the end.
 *
 * Paging by offset cannot be exact while people come and go. A record that moves across a page border is read
 * twice or not at all. This function does not hide or repair that.
 */
// VERIFY(personio): the order is not documented; if it is not stable, more records move than people come and
// go.
export async function* readEmployees(
  readPage: ReadPage,
  { signal, prefetch, sinking = false, pageSize = () => PAGE_SIZE, listError }: ReadOptions,
): AsyncGenerator<CountedPage, void, undefined> {
  const consumerLeft = new AbortController();
  const combinedSignal = signal ? AbortSignal.any([signal, consumerLeft.signal]) : consumerLeft.signal;
  const prefetcher = createPrefetcher((offset) => readPage(offset, combinedSignal));
  const checkPage = detectLoop(listError);
  let offset = 0;

  try {
    while (true) {
      const page = await (prefetcher.take(offset) ?? readPage(offset, combinedSignal));
      offset += page.received;
      checkPage(page, offset);

      const { received, total } = page;
      const isTrusted = !sinking || received < pageSize();
      const last = received === 0 || (total !== null && isTrusted && offset >= total);
      if (!last && prefetch) prefetcher.ask(offset, page);
      yield page;
      if (last) return;
    }
  } finally {
    // The consumer may leave after any page; requests for later pages must stop then.
    consumerLeft.abort();
  }
}

/** Pages requested before their offset is certain: it is guessed from the size of the last page. */
function createPrefetcher(readPage: (offset: number) => Promise<CountedPage>) {
  const requested = new Map<number, Promise<CountedPage>>();
  return {
    /** The next page certainly exists; the one after it only if the announced total is larger. */
    ask(offset: number, { received, total }: CountedPage): void {
      for (let index = 0; index < PAGES_AHEAD; index += 1) {
        const at = offset + index * received;
        if (requested.has(at) || (index > 0 && at >= (total ?? 0))) continue;
        requested.set(at, handled(readPage(at)));
      }
    },
    /** A short page moves all later offsets, so the pages requested for the old ones are dropped. */
    take(offset: number): Promise<CountedPage> | undefined {
      const page = requested.get(offset);
      if (page) requested.delete(offset);
      else requested.clear();
      return page;
    },
  };
}

/** Ends an endless list: by the first announced total or, without one, by repeated pages or their number. */
function detectLoop(listError: ReadOptions["listError"]): (page: CountedPage, offset: number) => void {
  const firstIds = new Set<string>();
  let offsetMax: number | undefined;
  let repeatedPages = 0;
  return ({ total, received, employees: [first], known = [] }, offset) => {
    const firstId = first?.id ?? known[0] ?? "";
    if (total !== null) offsetMax ??= 2 * total + GROWTH_MAX;
    else if (received > 0 && firstIds.has(firstId)) repeatedPages += 1;
    firstIds.add(firstId);
    if (offset > (offsetMax ?? TOTAL_MAX) || repeatedPages > REPEATED_PAGES_MAX)
      throw listError(loop(offset, total));
  };
}

const loop = (read: number, total: number | null): FailureDetails => ({
  kind: "PAGINATION_LOOP",
  found:
    total === null
      ? `${read} records, and no last page`
      : `${read} records, but no last page although only ${total} were announced`,
});
