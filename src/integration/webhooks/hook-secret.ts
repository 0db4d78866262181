import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The header that a delivery carries its secret in. Personio does not sign: this is all that tells it from anybody else. */
export const HOOK_SECRET_HEADER = "X-Hook-Secret";

const SECRET_BYTES = 32;

export const createHookSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

export const hashHookSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Whether a delivery carries the secret. Comparing takes the same time wherever the two differ. */
export function hasHookSecret(headers: IncomingHttpHeaders, secretHash: Buffer): boolean {
  const given = secretIn(headers);
  return given !== undefined && timingSafeEqual(hashHookSecret(given), secretHash);
}

/** Personio sends a token, where that was chosen instead of a header of our own, as the whole value of `Authorization`. */
function secretIn(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[HOOK_SECRET_HEADER.toLowerCase()];
  return typeof own === "string" ? own : headers.authorization?.replace(/^Bearer /i, "");
}
