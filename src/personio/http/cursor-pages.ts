import { z } from "zod";
import type { ActionableError } from "../../errors.ts";
import type { FailureDetails } from "./failure.ts";

/** A page of version 2 may be empty without being the last. More of them in a row lead nowhere. */
const EMPTY_PAGES_MAX = 50;

/** The caller notices a page that repeats by mistake by its ids; a cyclic list never ends. */
const REPEATED_PAGES_MAX = 3;

/** No company has more people. */
const RECORDS_MAX = 10_000_000;

/**
 * The usual limit of servers for a request line. Requests for a longer link fail, with a minute of retries.
 */
const LINK_LENGTH_MAX = 16 * 1024;

/** The records of a page, and the link to the next; null on the last. */
export type ListPage<Item> = { readonly records: readonly Item[]; readonly next: string | null };

/**
 * A list of version 2. The links are required, because a missing `next` marks the last page. A page without
 * any links may not be the last, and half a company looks exactly as if the other half had left.
 */
export const listOf = <Item>(item: z.ZodType<Item>): z.ZodType<ListPage<Item>> =>
  z
    .object({
      _data: z.array(item),
      _meta: z.object({ links: z.object({ next: z.object({ href: z.string() }).nullish() }) }),
    })
    .transform(({ _data, _meta }) => ({ records: _data, next: _meta.links.next?.href ?? null }));

export type LinkQuery = Readonly<Record<string, string>> & { readonly cursor: string };

export type CursorList<Item> = {
  readonly apiUrl: URL;
  first(): Promise<ListPage<Item>>;
  /** The page for the query of a link. */
  follow(query: LinkQuery): Promise<ListPage<Item>>;
  /** A list with more records counts as endless. Default: more people than any company has. */
  readonly recordsMax?: number;
  /** The error of a list whose pages cannot be right. */
  listError(details: FailureDetails): ActionableError;
};

/**
 * The records, page by page, along the cursors that Personio links to.
 *
 * Only the query of a link is used, on the path of the list. The links of employments lead to a path that
 * does not exist. The query is sent unchanged, because the cursor contains limit and filters. A link to
 * another origin, a repeated cursor, repeated pages and too many records end the reading.
 */
export async function* cursorPages<Item>(
  list: CursorList<Item>,
): AsyncGenerator<readonly Item[], void, undefined> {
  const cursors = new Set<string>();
  const checkPage = detectLoop(list);
  let page = await list.first();
  while (true) {
    checkPage(page.records);
    const query = page.next === null ? null : queryOfLink(page.next, list);
    if (query) {
      if (cursors.has(query.cursor)) throw loopError(list, "a repeated cursor");
      cursors.add(query.cursor);
    }
    yield page.records;
    if (query === null) return;
    page = await list.follow(query);
  }
}

/** New cursors may lead to old pages, or to empty ones without end. */
function detectLoop(
  list: ListErrors & Pick<CursorList<unknown>, "recordsMax">,
): (records: readonly unknown[]) => void {
  const { recordsMax = RECORDS_MAX } = list;
  const firstRecords = new Set<string>();
  let [emptyPages, repeatedPages, read] = [0, 0, 0];
  return (records) => {
    read += records.length;
    emptyPages = records.length === 0 ? emptyPages + 1 : 0;
    const firstRecord = keyOfFirst(records);
    if (firstRecord !== null && firstRecords.has(firstRecord)) repeatedPages += 1;
    if (firstRecord !== null) firstRecords.add(firstRecord);
    if (emptyPages > EMPTY_PAGES_MAX) throw loopError(list, `${emptyPages} empty pages in a row`);
    if (repeatedPages > REPEATED_PAGES_MAX) throw loopError(list, `${repeatedPages} repeated pages`);
    if (read > recordsMax) throw loopError(list, `more than ${recordsMax} records`);
  };
}

/**
 * The first record identifies a page: a record that moves across a page border becomes the first of one page
 * only.
 */
function keyOfFirst(records: readonly unknown[]): string | null {
  const [first] = records;
  if (first === undefined) return null;
  const { data } = identified.safeParse(first);
  return data ? String(data.id) : shapeOf(first);
}

/** A record without an id, as text. All records that are nested too deeply to be written count as equal. */
function shapeOf(record: unknown): string {
  try {
    return JSON.stringify(record);
  } catch {
    return "too deep";
  }
}

const identified = z.object({ id: z.union([z.string(), z.number()]) });

function queryOfLink(href: string, { apiUrl, listError }: ListErrors & { readonly apiUrl: URL }): LinkQuery {
  if (href.length > LINK_LENGTH_MAX) {
    const found = `a link to the next page of ${href.length} characters`;
    throw listError({ kind: "UPSTREAM_BAD_ANSWER", found });
  }
  const link = URL.canParse(href, apiUrl) ? new URL(href, apiUrl) : null;
  if (link?.origin !== apiUrl.origin) {
    const found = "a link to the next page on another address";
    throw listError({ kind: "REDIRECT_REFUSED", found });
  }
  const cursor = link.searchParams.get("cursor");
  if (!cursor) {
    const found = "a link to the next page without a cursor";
    throw listError({ kind: "UPSTREAM_BAD_ANSWER", found });
  }
  return { ...Object.fromEntries(link.searchParams), cursor };
}

type ListErrors = Pick<CursorList<unknown>, "listError">;

const loopError = ({ listError }: ListErrors, found: string) => listError({ kind: "PAGINATION_LOOP", found });
