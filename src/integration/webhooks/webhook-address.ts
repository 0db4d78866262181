import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { readOpaqueId } from "../../request/opaque-id.ts";
import type { SecretKey } from "../secret.ts";

/** The tenant and the webhook that an address belongs to. */
export type WebhookAddress = { readonly tenantId: string; readonly webhookId: string };

const ALGORITHM = "aes-256-gcm";
const IV_BYTES = 12;
const TAG_BYTES = 16;
const UUID_BYTES = 16;

/**
 * The last part of the address that Personio sends to: tenant and webhook, sealed. A delivery has no tenant
 * yet, and no query may search across tenants, so the address must contain it. The seal prevents forgery: a
 * forged address is rejected without a query.
 */
export function sealWebhookAddress(
  keys: readonly SecretKey[],
  { tenantId, webhookId }: WebhookAddress,
): string {
  const current = keys[0];
  if (!current) throw new Error("The key ring is empty.");
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, addressKey(current), iv);
  const uuid = Buffer.from(webhookId.replaceAll("-", ""), "hex");
  const ciphertext = Buffer.concat([
    cipher.update(Buffer.concat([uuid, Buffer.from(tenantId)])),
    cipher.final(),
  ]);
  return Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64url");
}

/** Null if no key of the ring has sealed it. */
export function openWebhookAddress(keys: readonly SecretKey[], address: string): WebhookAddress | null {
  const bytes = Buffer.from(address, "base64url");
  if (bytes.length <= IV_BYTES + TAG_BYTES + UUID_BYTES) return null;
  for (const key of keys) {
    const plain = open(addressKey(key), bytes);
    const webhookId = plain && readOpaqueId(toUuid(plain.subarray(0, UUID_BYTES).toString("hex")));
    if (webhookId) return { webhookId, tenantId: plain.subarray(UUID_BYTES).toString() };
  }
  return null;
}

function open(key: Buffer, bytes: Buffer): Buffer | null {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  } catch {
    // Forged, or sealed with another key.
    return null;
  }
}

const toUuid = (hex: string): string => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** A key for this purpose only, derived from the key ring. */
const addressKey = ({ key }: SecretKey): Buffer =>
  Buffer.from(hkdfSync("sha256", key, "", "webhook addresses", 32));
