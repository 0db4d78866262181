import { type Connection, pageOf } from "../../request/connection.ts";
import { checkFirst } from "../../request/page-size.ts";
import type { RequestContext } from "../../request/request-context.ts";
import type { EventFilter } from "../events/event-filter.ts";
import { findStream } from "../events/event-log.repository.ts";
import type { LifecycleEvent } from "../events/lifecycle-event.ts";
import { beginningOf, endOf, NO_LOG } from "../events/places.ts";
import { countWantedEvents, findPlace, listWantedEvents } from "../events/read-log.repository.ts";
import { checkPosition, readCursor, toCursor } from "./positions.ts";

/** As many as are allowed: a client that reads the log reads all of it. */
export const EVENTS_A_PAGE = 100;

/** A page of the log. Where the log ends, so does the page: its `endCursor` lies behind events that were not wanted as well. */
export async function listEventPage(
  { read, cursors }: RequestContext,
  filter: EventFilter,
  { first, after }: { first: number | null; after: string | null | undefined },
): Promise<Connection<LifecycleEvent>> {
  const size = checkFirst(first, EVENTS_A_PAGE);
  const ends = (await read(findStream)) ?? NO_LOG;
  const from = after == null ? beginningOf(ends) : readCursor(cursors, after);
  const isKept = from.seq > ends.prunedSeq;
  const there = isKept ? await read((manager) => findPlace(manager, ends, from.seq)) : null;
  checkPosition(from, { ends, there }, cursors);
  const part = { ends, after: from.seq, upTo: ends.lastSeq, limit: size + 1 };
  const rows = await read((manager) => listWantedEvents(manager, filter, part));
  const page = pageOf(rows, {
    first: size,
    after,
    cursorOf: (event) => toCursor(cursors, event),
    countAll: () => read((manager) => countWantedEvents(manager, filter)),
  });
  if (page.pageInfo.hasNextPage) return page;
  return { ...page, pageInfo: atTheEnd(page.pageInfo, () => toCursor(cursors, endOf(ends))) };
}

type PageInfo = Connection<unknown>["pageInfo"];

const atTheEnd = ({ hasNextPage, hasPreviousPage, startCursor }: PageInfo, end: () => string): PageInfo => ({
  hasNextPage,
  hasPreviousPage,
  startCursor,
  get endCursor() {
    return end();
  },
});
