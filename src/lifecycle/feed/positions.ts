import { ActionableError } from "../../errors.ts";
import type { Cursors, CursorValue } from "../../request/cursors.ts";
import {
  beginningOf,
  epochAt,
  FIRST_EPOCH,
  isSamePlace,
  type LogEnds,
  type Place,
} from "../events/places.ts";

/** The subscription and the query read one log, so a cursor of either is valid for the other. */
const LIST = "lifecycleEvents";

/** The content of a cursor: a place, or only a number if a version without stamps made it. */
export type Position = Place | { readonly seq: number; readonly epoch: null };

/** A cursor contains the last event that the client has: its number, its stamp, and its epoch. */
export const toCursor = (cursors: Cursors, { seq, stamp, epoch }: Place): string =>
  cursors.encode(LIST, [seq, stamp, epoch]);

/** @throws BAD_CURSOR for anything that is not a cursor of this tenant's log. */
export function readCursor(cursors: Cursors, cursor: string): Position {
  const [seq, stamp, epoch] = cursors.decode(LIST, cursor);
  return isNumber(epoch)
    ? { seq: Number(seq), stamp: isNumber(stamp) ? stamp : null, epoch }
    : { seq: Number(seq), epoch: null };
}

const isNumber = (value: CursorValue | undefined): value is number => typeof value === "number";

/**
 * Throws if continuing from the position would omit events: the log has another event at this place, or
 * events after it are pruned. A cursor of a lost event is refused even after the log has grown past its
 * number.
 *
 * @param there what the log has at the number of the position. It is null if the log has nothing there, or if
 * the number is pruned, so the caller did not look.
 */
export function checkPosition(
  position: Position,
  { ends, there }: { readonly ends: LogEnds; readonly there: Place | null },
  cursors: Cursors,
): void {
  checkLog(position, { ends, there });
  if (position.seq < ends.prunedSeq) throw expired(toCursor(cursors, beginningOf(ends)));
}

/**
 * Throws if the log has another event at this place. A list that goes back in time needs no other check: it
 * ends where the log is pruned.
 */
export function checkLog(
  position: Position,
  { ends, there }: { readonly ends: LogEnds; readonly there: Place | null },
): void {
  const { seq } = position;
  if (seq > ends.lastSeq) throw fromTheFuture();
  if (seq > 0 && !isOfEpoch(position, ends)) throw fromTheFuture();
  if (seq > 0 && seq >= ends.prunedSeq && !isAt(position, there, ends)) throw fromTheFuture();
}

/** Versions without stamps wrote only into the first epoch. */
const isOfEpoch = ({ seq, epoch }: Position, { epochs }: LogEnds): boolean =>
  (epoch ?? FIRST_EPOCH) === epochAt(epochs, seq);

function isAt(position: Position, there: Place | null, ends: LogEnds): boolean {
  const place = position.seq === ends.prunedSeq ? beginningOf(ends) : there;
  if (place === null) return false;
  // A cursor without a stamp is valid only for an event without one. The client gets a new cursor with the
  // next event.
  return position.epoch === null ? place.stamp === null : isSamePlace(position, place);
}

// A log that was restored from an older backup lacks events that a client has.
export const fromTheFuture = (): ActionableError =>
  new ActionableError(
    "BAD_CURSOR",
    "`after` is the cursor of an event that the log does not contain.",
    "Leave `after` out to start over, and read the people you need again: your data may be newer than the " +
      "log. Keep the `id`s that you know: an event that is emitted again has the same one.",
  );

const expired = (oldestCursor: string): ActionableError =>
  new ActionableError(
    "CURSOR_EXPIRED",
    "The log has deleted events after this cursor, because they were too old.",
    "Read the people you need again, then continue with `extensions.oldestCursor` as `after`.",
    { details: { oldestCursor } },
  );

export const lagged = (cursor: string): ActionableError =>
  new ActionableError(
    "LAGGED",
    "The client did not read its events in time.",
    "Subscribe again with `extensions.cursor` as `after`; no event is lost. Read events off the socket " +
      "before you process them.",
    { details: { cursor } },
  );
