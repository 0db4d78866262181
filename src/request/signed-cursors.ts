import { createHmac, createSecretKey, timingSafeEqual } from "node:crypto";

/** Half of a SHA-256. */
const SIGNATURE_BYTES = 16;

/**
 * Opens cursors of releases before 2026-11-28: a signature and the position in plain JSON. Consumers of
 * lifecycle events store a cursor for weeks, so old cursors must still work. Delete this file once no such
 * cursor is younger than the 90 days for which events are kept.
 */
export function createSignedCursorReader(
  key: Buffer,
  tenantId: string,
): { open(list: string, bytes: Buffer): string | null } {
  const keyObject = createSecretKey(key);
  return {
    open(list, bytes) {
      const signature = bytes.subarray(0, SIGNATURE_BYTES);
      const payload = bytes.subarray(SIGNATURE_BYTES);
      const expected = createHmac("sha256", keyObject)
        .update(`cursor\0${tenantId}\0${list}\0`)
        .update(payload)
        .digest()
        .subarray(0, SIGNATURE_BYTES);
      const isGenuine = signature.length === SIGNATURE_BYTES && timingSafeEqual(expected, signature);
      return isGenuine ? payload.toString() : null;
    },
  };
}
