import { ActionableError } from "../../errors.ts";
import type { Cursors } from "../../paging/cursors.ts";

/** The subscription and the query read one log: a cursor of either is one of the other. */
const LIST = "lifecycleEvents";

/** How far a tenant's log reaches, as somebody's position is held against it. */
export type LogEnds = { readonly lastSeq: number; readonly prunedSeq: number };

/** A position in the log is the number of the last event that was taken; 0 is before the first one. */
export const toCursor = (cursors: Cursors, seq: number): string => cursors.encode(LIST, [seq]);

/** Throws BAD_CURSOR for whatever is no cursor of this tenant's log. */
export const readCursor = (cursors: Cursors, cursor: string): number =>
  Number(cursors.decode(LIST, cursor)[0]);

/** Throws when reading on from the position would leave something out: it lies in the future, or what follows it is gone. */
export function checkPosition(position: number, { lastSeq, prunedSeq }: LogEnds, cursors: Cursors): void {
  if (position > lastSeq) throw fromTheFuture();
  if (position < prunedSeq) throw expired(toCursor(cursors, prunedSeq));
}

// A log that was restored from an older backup has forgotten events that somebody has seen.
export const fromTheFuture = (): ActionableError =>
  new ActionableError(
    "BAD_CURSOR",
    "`after` is a cursor of an event that the log does not have.",
    "Leave `after` out to start over, and read the people you care about again: what you know of them may be newer than the log.",
  );

const expired = (oldestCursor: string): ActionableError =>
  new ActionableError(
    "CURSOR_EXPIRED",
    "Events that follow this cursor are too old and gone.",
    "Read the people you care about again, then go on with `extensions.oldestCursor` as `after`.",
    { details: { oldestCursor } },
  );

export const lagged = (cursor: string): ActionableError =>
  new ActionableError(
    "LAGGED",
    "Events were not taken as fast as they came.",
    "Subscribe again with `extensions.cursor` as `after`; nothing is lost. Take events off the socket before working on them.",
    { details: { cursor } },
  );
