import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The header that a delivery carries its secret in. Personio does not sign: this is all that tells it from anybody else. */
export const WEBHOOK_SECRET_HEADER = "X-Hook-Secret";

const SECRET_BYTES = 32;

export const createWebhookSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

export const hashWebhookSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Whether a delivery carries the secret. Comparing takes the same time wherever the two differ. */
export function hasWebhookSecret(headers: IncomingHttpHeaders, secretHash: Buffer): boolean {
  const given = secretIn(headers);
  return given !== undefined && timingSafeEqual(hashWebhookSecret(given), secretHash);
}

/** Personio sends a token, where that was chosen instead of a header of our own, as the whole value of `Authorization`. */
function secretIn(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[WEBHOOK_SECRET_HEADER.toLowerCase()];
  return typeof own === "string" ? own : headers.authorization?.replace(/^Bearer /i, "");
}
