import { z } from "zod";
import type { ActionableError } from "../../errors.ts";
import type { FailureDetails } from "./failure.ts";

/** A page of version 2 may be empty and not the last. So many of them in a row lead nowhere. */
const EMPTY_PAGES_MAX = 50;

/** A page that comes again by mistake is the caller's to notice by its ids; a list that goes round in circles never ends. */
const REPEATED_PAGES_MAX = 3;

/** What servers take for the client of a request. A link that is longer would be asked for in vain, and for a minute. */
const LINK_LENGTH_MAX = 16 * 1024;

/** The records of a page, and the link to the next; null on the last. */
export type ListPage<Item> = { readonly records: readonly Item[]; readonly next: string | null };

/**
 * A list of version 2. The links must be there, for what tells the last page is that one of them is missing: a page
 * without any is not known to be the last, and half a company looks exactly like half of it having left.
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
  /** The page behind the query of a link. */
  follow(query: LinkQuery): Promise<ListPage<Item>>;
  /** The error of a list whose pages cannot be right. */
  listError(details: FailureDetails): ActionableError;
};

/**
 * The records, page by page, behind the cursors that Personio links to.
 *
 * Of a link only the query is used, on the path of the list: the links of employments lead to a path that does not exist.
 * It is sent as it came, for the cursor alone stands for limit and filters. A link to another origin, a cursor that comes
 * twice, and pages that come round again end the reading.
 */
export async function* cursorPages<Item>(
  list: CursorList<Item>,
): AsyncGenerator<readonly Item[], void, undefined> {
  const cursors = new Set<string>();
  const watch = watchForCircles(list);
  let page = await list.first();
  while (true) {
    watch(page.records);
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

/** New cursors may lead to old pages, or to none for ever. */
function watchForCircles(list: GivingUp): (records: readonly unknown[]) => void {
  const beginnings = new Set<string>();
  let [emptyPages, repeatedPages] = [0, 0];
  return (records) => {
    emptyPages = records.length === 0 ? emptyPages + 1 : 0;
    const beginning = beginningOf(records);
    if (beginning !== null && beginnings.has(beginning)) repeatedPages += 1;
    if (beginning !== null) beginnings.add(beginning);
    if (emptyPages > EMPTY_PAGES_MAX) throw loopError(list, `${emptyPages} empty pages in a row`);
    if (repeatedPages > REPEATED_PAGES_MAX) throw loopError(list, `${repeatedPages} repeated pages`);
  };
}

/** The first record tells two pages apart: one that moves across the border of a page becomes the first of one only. */
function beginningOf(records: readonly unknown[]): string | null {
  const [first] = records;
  if (first === undefined) return null;
  const { data } = identified.safeParse(first);
  return data ? String(data.id) : shapeOf(first);
}

/** A record without an id, as text; nested deeper than can be written, it is like any other of that kind. */
function shapeOf(record: unknown): string {
  try {
    return JSON.stringify(record);
  } catch {
    return "too deep";
  }
}

const identified = z.object({ id: z.union([z.string(), z.number()]) });

function queryOfLink(href: string, { apiUrl, listError }: GivingUp & { readonly apiUrl: URL }): LinkQuery {
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

type GivingUp = Pick<CursorList<unknown>, "listError">;

const loopError = ({ listError }: GivingUp, found: string) => listError({ kind: "PAGINATION_LOOP", found });
