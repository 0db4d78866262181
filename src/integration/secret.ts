import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { secretUnreadable } from "./secret-unreadable.ts";

/**
 * One key of the ring: the first seals, any opens. A sealed secret is stored with the `id` of its key, so
 * that keys can rotate.
 */
export type SecretKey = { readonly id: string; readonly key: Buffer };

export type SealedSecret = { readonly sealed: string; readonly keyId: string };

/**
 * The row that a secret belongs to. The seal includes it, so a secret copied to another row does not open
 * there.
 */
export type SecretOwner = { readonly tenantId: string; readonly integrationId: string };

const ALGORITHM = "aes-256-gcm";
/** 96 bits: the length that GCM is specified for. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function sealSecret(keys: readonly SecretKey[], owner: SecretOwner, plaintext: string): SealedSecret {
  const current = keys[0];
  if (!current) throw new Error("The key ring is empty.");
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, current.key, iv).setAAD(boundTo(owner));
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return {
    sealed: Buffer.concat([iv, cipher.getAuthTag(), ciphertext]).toString("base64"),
    keyId: current.id,
  };
}

/**
 * Tries every key of the ring: an operator may give a key another id. The stored id only shows which key is
 * missing.
 *
 * @throws SECRET_UNREADABLE when the key is not in the ring, or when the text was changed or moved to another
 * row.
 */
export function openSecret(keys: readonly SecretKey[], owner: SecretOwner, secret: SealedSecret): string {
  for (const key of keys) {
    const plaintext = open(key, owner, secret);
    if (plaintext !== null) return plaintext;
  }
  throw secretUnreadable(
    keys.some(({ id }) => id === secret.keyId)
      ? `key "${secret.keyId}" of SECRET_KEYS is a different key, or the stored text was changed`
      : `the service sealed it with key "${secret.keyId}", which is missing from SECRET_KEYS`,
  );
}

export const opens = (keys: readonly SecretKey[], owner: SecretOwner, secret: SealedSecret): boolean =>
  keys.some((key) => open(key, owner, secret) !== null);

/** Null if this key has not sealed it for this owner. */
function open({ key }: SecretKey, owner: SecretOwner, { sealed }: SealedSecret): string | null {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(boundTo(owner))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  try {
    const ciphertext = bytes.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

const boundTo = ({ tenantId, integrationId }: SecretOwner): Buffer =>
  Buffer.from(JSON.stringify(["integrations", tenantId, integrationId]));
