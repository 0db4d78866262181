import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** The header with the secret of a delivery. Personio does not sign: only the secret proves the sender. */
export const WEBHOOK_SECRET_HEADER = "X-Hook-Secret";

const SECRET_BYTES = 32;

export const createWebhookSecret = (): string => randomBytes(SECRET_BYTES).toString("base64url");

export const hashWebhookSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();

/** Whether a delivery has the secret. The comparison takes constant time. */
export function hasWebhookSecret(headers: IncomingHttpHeaders, secretHash: Buffer): boolean {
  const given = secretIn(headers);
  return given !== undefined && timingSafeEqual(hashWebhookSecret(given), secretHash);
}

/**
 * If the admin chose a token instead of our header, Personio sends it as the whole value of `Authorization`.
 */
function secretIn(headers: IncomingHttpHeaders): string | undefined {
  const own = headers[WEBHOOK_SECRET_HEADER.toLowerCase()];
  return typeof own === "string" ? own : headers.authorization?.replace(/^Bearer /i, "");
}
