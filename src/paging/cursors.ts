import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { ActionableError } from "../errors.ts";

/** One value of a position: what the list is sorted by, then what makes it unique. */
export type CursorValue = string | number | null;

/**
 * Makes and checks the opaque cursors of one tenant. A cursor holds the position itself, not a row number, so
 * that entries that come or go between two pages neither repeat nor hide others.
 */
export type Cursors = {
  encode(list: string, values: readonly CursorValue[]): string;
  /** Throws BAD_CURSOR for anything but a cursor that was made for this tenant and this list. */
  decode(list: string, cursor: string): CursorValue[];
};

/** Half of a SHA-256: nobody guesses 128 bits, and cursors travel in every page. */
const SIGNATURE_BYTES = 16;

/** The first key signs. Every key verifies, so that pages under way survive a rotation. */
export function createCursors({ keys, tenantId }: { keys: readonly Buffer[]; tenantId: string }): Cursors {
  // As key objects: to make one of bytes takes longer than to sign with it, and a page may need fifty signatures.
  const keyRing = keys.map((key) => createSecretKey(key));
  const [signingKey] = keyRing;
  if (!signingKey) throw new Error("Cursors need at least one key.");
  const sign = (key: KeyObject, list: string, payload: Buffer): Buffer =>
    // No tenant and no list contains a NUL, so no two of them run into each other.
    createHmac("sha256", key)
      .update(`cursor\0${tenantId}\0${list}\0`)
      .update(payload)
      .digest()
      .subarray(0, SIGNATURE_BYTES);

  return {
    encode(list, values) {
      const payload = Buffer.from(JSON.stringify(values));
      return Buffer.concat([sign(signingKey, list, payload), payload]).toString("base64url");
    },
    decode(list, cursor) {
      const bytes = Buffer.from(cursor, "base64url");
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const payload = bytes.subarray(SIGNATURE_BYTES);
      const genuine =
        signature.length === SIGNATURE_BYTES &&
        keyRing.some((key) => timingSafeEqual(sign(key, list, payload), signature));
      if (!genuine) throw badCursor();
      return JSON.parse(payload.toString());
    },
  };
}

// One answer for every reason: what another tenant's cursor looks like is nobody's business.
const badCursor = (): ActionableError =>
  new ActionableError(
    "BAD_CURSOR",
    "`after` is not a cursor of this list in this order.",
    "Pass an `endCursor` or an edge's `cursor` unchanged, to the list and order it came from; or leave `after` " +
      "out to start over.",
  );
