import { ActionableError } from "../errors.ts";
import { createSeal } from "./seal.ts";
import { createSignature } from "./signed-cursors.ts";

/** One value of a position: what the list is sorted by, then what makes it unique. */
export type CursorValue = string | number | null;

/**
 * Makes and checks the opaque cursors of one tenant. A cursor holds the position itself, not a row number, so
 * that entries that come or go between two pages neither repeat nor hide others. Positions hold names, and
 * cursors end up in the logs of proxies, so they are sealed; the same position always gives the same cursor.
 */
export type Cursors = {
  encode(list: string, values: readonly CursorValue[]): string;
  /** Throws BAD_CURSOR for anything but a cursor that was made for this tenant and this list. */
  decode(list: string, cursor: string): CursorValue[];
};

/** The first key seals. Every key opens, so that pages under way survive a rotation. */
export function createCursors({ keys, tenantId }: { keys: readonly Buffer[]; tenantId: string }): Cursors {
  const seals = keys.map(createSeal);
  const signatures = keys.map((key) => createSignature(key, tenantId));
  const [current] = seals;
  if (!current) throw new Error("Cursors need at least one key.");
  // No tenant and no list contains a NUL, so no two of them run into each other.
  const contextOf = (list: string): string => `cursor\0${tenantId}\0${list}`;

  return {
    encode: (list, values) => current.seal(contextOf(list), JSON.stringify(values)).toString("base64url"),
    decode(list, cursor) {
      const bytes = Buffer.from(cursor, "base64url");
      // Node skips characters that are no base64: such a text is not the cursor that was handed out.
      if (bytes.toString("base64url") !== cursor) throw badCursor();
      const text =
        firstOf(seals, (seal) => seal.open(contextOf(list), bytes)) ??
        firstOf(signatures, (signature) => signature.open(list, bytes));
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

// One answer for every reason: it must not show what another tenant's cursor looks like.
const badCursor = (): ActionableError =>
  new ActionableError(
    "BAD_CURSOR",
    "`after` is not a cursor of this list in this order.",
    "Pass an `endCursor` or an edge's `cursor` unchanged, to the list and order it came from; or leave `after` " +
      "out to start over.",
  );
