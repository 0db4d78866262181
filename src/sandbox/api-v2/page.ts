import { type Answer, ok } from "../api/answer.ts";
import type { Fault } from "../api/faults.ts";
import { badRequest } from "../api/problem.ts";
import type { ApiRequest } from "../api/request.ts";
import type { Resource } from "./resource.ts";

/** The parameters of a page: of the first request, or of a cursor that repeats them. */
export type PageRequest = {
  /** Where the page starts; null for the beginning of the list. */
  readonly at: number | null;
  /** The number of records on the pages before it. */
  readonly given: number;
  readonly limit: number;
  readonly filters: URLSearchParams;
};

export type PageRules = {
  readonly limitDefault: number;
  readonly limitMax: number;
  /** The allowed parameters besides `limit` and `cursor`. */
  readonly filters: readonly string[];
};

/** The records of a page, and the start of the next one. */
export type Page = { readonly records: readonly Resource[]; readonly next: number | null };

const CURSOR_PREFIX = "cur_";

export function readPage(query: URLSearchParams, rules: PageRules): PageRequest | Answer {
  const filters = new URLSearchParams(query);
  filters.delete("limit");
  filters.delete("cursor");
  if (filters.keys().some((name) => !rules.filters.includes(name)))
    return badRequest("Provided filter encoding is invalid.");
  if (query.has("cursor")) return cursorOf(query) ?? badRequest();
  const limit = Number(query.get("limit") ?? rules.limitDefault);
  if (!Number.isInteger(limit) || limit < 1 || limit > rules.limitMax)
    return badRequest("Provided value for limit is not valid");
  return { at: null, given: 0, limit, filters };
}

/** The page of the request's cursor; null without a cursor, and for one that we did not create. */
export function cursorOf(query: URLSearchParams): PageRequest | null {
  const cursor = query.get("cursor") ?? "";
  const [at, given, limit, filters] = Buffer.from(cursor.slice(CURSOR_PREFIX.length), "base64url")
    .toString()
    .split(" ");
  if (!cursor.startsWith(CURSOR_PREFIX) || filters === undefined) return null;
  const page = { at: at === "" ? null : Number(at), given: Number(given), limit: Number(limit) };
  if (![page.at ?? 0, page.given, page.limit].every(Number.isSafeInteger)) return null;
  return { ...page, filters: new URLSearchParams(filters) };
}

/** An encoded query contains no space, so spaces separate the parts. */
function writeCursor({ at, given, limit, filters }: PageRequest): string {
  return CURSOR_PREFIX + Buffer.from(`${at ?? ""} ${given} ${limit} ${filters}`).toString("base64url");
}

/** Cuts the page out of a complete list. */
export function pageOf<Entry>(
  list: readonly Entry[],
  { at, limit }: PageRequest,
): { readonly records: readonly Entry[]; readonly next: number | null } {
  const start = at ?? 0;
  const end = start + limit;
  return { records: list.slice(start, end), next: end < list.length ? end : null };
}

/** A list in version 2's envelope. The link to the next page contains only its cursor. */
export function answerPage(
  request: Pick<ApiRequest, "url" | "path" | "faults">,
  page: PageRequest,
  { records, next }: Page,
): Answer {
  const { url, path, faults } = request;
  const following = next === null ? null : writeCursor({ ...page, at: next, given: page.given + page.limit });
  const cursor = faults.some(({ kind }) => kind === "self-pointing-next") ? writeCursor(page) : following;
  const links = {
    self: { href: url + path },
    ...(cursor === null ? {} : { next: { href: `${originOf(faults, url)}${path}?cursor=${cursor}` } }),
  };
  return ok(JSON.stringify({ _data: records, _meta: { links } }));
}

function originOf(faults: readonly Fault[], url: string): string {
  for (const fault of faults) {
    if (fault.kind === "relative-next") return "";
    if (fault.kind === "foreign-next") return new URL(fault.origin).origin;
  }
  return url;
}
