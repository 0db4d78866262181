import type { SortDirection } from "../../people/directory/people-order.ts";
import { type Connection, pageOf } from "../../request/connection.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { RequestContext } from "../../request/request-context.ts";
import { findStream } from "../events/event-stream.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, endOf, type LogEnds, NO_LOG, type Place } from "../events/places.ts";
import {
  countMatchingEvents,
  findLastVisible,
  findPlace,
  listMatchingEvents,
  type QueryFilter,
} from "../events/read-log.repository.ts";
import { seesEverything, visibilityOf } from "../events/visible-events.ts";
import { checkLog, checkPosition, type Position, readCursor, toCursor } from "./positions.ts";

/** The maximum: a client that reads the log reads all of it. */
export const EVENTS_A_PAGE = 100;

type PageRequest = {
  readonly first: number | null;
  readonly after: string | null | undefined;
  readonly order?: SortDirection | null | undefined;
};

/**
 * A page of the log, from its oldest event or from its newest one. The page at the newer end has the end of
 * the log as a cursor, after events that the filter excludes, too. A subscription continues there. It is the
 * `endCursor` of the last page, or the `startCursor` of the first page if the newest event comes first.
 */
export async function listEventPage(
  context: RequestContext,
  filter: QueryFilter,
  { first, after, order }: PageRequest,
): Promise<Connection<LifecycleEvent>> {
  const { read, cursors } = context;
  const size = checkFirst(first, EVENTS_A_PAGE);
  const ends = (await read(findStream)) ?? NO_LOG;
  const newestFirst = order === "DESC";
  const from = after == null ? null : readCursor(cursors, after);
  const there = from && from.seq > ends.prunedSeq ? await read((q) => findPlace(q, ends, from.seq)) : null;
  if (from) (newestFirst ? checkLog : checkPosition)(from, { ends, there }, cursors);
  const rows = await read((queries) =>
    listMatchingEvents(queries, filter, {
      ends,
      ...(newestFirst ? before(from, ends) : behind(from, ends)),
      limit: size + 1,
      order: newestFirst ? "DESC" : "ASC",
    }),
  );
  const page = pageOf(rows, {
    first: size,
    after,
    cursorOf: (event) => toCursor(cursors, event),
    countAll: () => read((queries) => countMatchingEvents(queries, filter)),
  });
  if (newestFirst ? from !== null : page.pageInfo.hasNextPage) return page;
  const end = await findEnd(context, ends, from && { ...from, place: there });
  return { ...page, pageInfo: atTheEnd(page.pageInfo, newestFirst, () => toCursor(cursors, end)) };
}

type Part = { readonly after: number; readonly upTo: number };

const behind = (from: Position | null, { prunedSeq, lastSeq }: LogEnds): Part => ({
  after: from?.seq ?? prunedSeq,
  upTo: lastSeq,
});

const before = (from: Position | null, { prunedSeq, lastSeq }: LogEnds): Part => ({
  after: prunedSeq,
  upTo: from ? from.seq - 1 : lastSeq,
});

/**
 * Where the log ends. For a viewer who may not see every event, that is the last visible one. An end that
 * moves would show that something happened.
 */
async function findEnd(
  { read, raised, viewer }: RequestContext,
  ends: LogEnds,
  from: { readonly seq: number; readonly place: Place | null } | null,
): Promise<Place> {
  const visibility = visibilityOf(viewer, await raised());
  if (seesEverything(visibility)) return endOf(ends);
  const after = from?.seq ?? ends.prunedSeq;
  const visible = await read((queries) => findLastVisible(queries, visibility, { ends, after }));
  return visible ?? from?.place ?? beginningOf(ends);
}

type PageInfo = Connection<unknown>["pageInfo"];

/** The page with the end of the log as the cursor of its newer side. Cursors stay getters: see `pageOf`. */
const atTheEnd = (page: PageInfo, newestFirst: boolean, end: () => string): PageInfo => ({
  hasNextPage: page.hasNextPage,
  hasPreviousPage: page.hasPreviousPage,
  get startCursor() {
    return newestFirst ? end() : page.startCursor;
  },
  get endCursor() {
    return newestFirst ? page.endCursor : end();
  },
});
