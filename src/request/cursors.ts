import { ActionableError } from "../errors.ts";
import { createSeal } from "./seal.ts";
import { createSignedCursorReader } from "./signed-cursors.ts";

/** One value of a position: the sort values of the list, then the values that make it unique. */
export type CursorValue = string | number | null;

/**
 * Makes and checks the opaque cursors of one tenant. A cursor contains the position itself, not a row number,
 * so that entries that come or go between two pages neither repeat nor hide others. Positions contain names,
 * and proxies log URLs, so cursors are sealed. Equal positions have equal cursors.
 */
export type Cursors = {
  encode(list: string, values: readonly CursorValue[]): string;
  /** Throws BAD_CURSOR for anything except a cursor of this tenant and this list. */
  decode(list: string, cursor: string): CursorValue[];
};

/** The first key seals. Every key opens, so that clients can continue their pages after a rotation. */
export function createCursors({ keys, tenantId }: { keys: readonly Buffer[]; tenantId: string }): Cursors {
  const seals = keys.map(createSeal);
  const signedReaders = keys.map((key) => createSignedCursorReader(key, tenantId));
  const [current] = seals;
  if (!current) throw new Error("Cursors need at least one key.");
  // No tenant and no list contains a NUL, so each pair has its own context.
  const contextOf = (list: string): string => `cursor\0${tenantId}\0${list}`;

  return {
    encode: (list, values) => current.seal(contextOf(list), JSON.stringify(values)).toString("base64url"),
    decode(list, cursor) {
      const bytes = Buffer.from(cursor, "base64url");
      // Node skips characters outside of base64, so such a text is not the original cursor.
      if (bytes.toString("base64url") !== cursor) throw badCursor();
      const text =
        firstOf(seals, (seal) => seal.open(contextOf(list), bytes)) ??
        firstOf(signedReaders, (reader) => reader.open(list, bytes));
      if (text === null) throw badCursor();
      return JSON.parse(text);
    },
  };
}

function firstOf<Key>(keys: readonly Key[], open: (key: Key) => string | null): string | null {
  for (const key of keys) {
    const text = open(key);
    if (text !== null) return text;
  }
  return null;
}

// One error for every reason: it must not show what a cursor of another tenant looks like.
const badCursor = (): ActionableError =>
  new ActionableError(
    "BAD_CURSOR",
    "`after` is not a cursor of this list in this order.",
    "Pass an `endCursor` or an edge's `cursor` unchanged, to the list and order it came from; or leave `after` " +
      "out to start over.",
  );
