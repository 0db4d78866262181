import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** One key of the ring: the first seals, any opens. `id` is stored beside what it sealed, so that keys can rotate. */
export type SecretKey = { readonly id: string; readonly key: Buffer };

export type SealedSecret = { readonly sealed: string; readonly keyId: string };

/** The row that a secret belongs to. It is sealed in, so that a secret copied to another row does not open there. */
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

/** @throws when the key is no longer in the ring, or when the text was changed or moved to another row. */
export function openSecret(keys: readonly SecretKey[], owner: SecretOwner, secret: SealedSecret): string {
  const key = keys.find((candidate) => candidate.id === secret.keyId);
  if (!key)
    throw new Error(`The stored secret was sealed with key "${secret.keyId}", which SECRET_KEYS lacks.`);
  const bytes = Buffer.from(secret.sealed, "base64");
  const decipher = createDecipheriv(ALGORITHM, key.key, bytes.subarray(0, IV_BYTES))
    .setAAD(boundTo(owner))
    .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
    "utf8",
  );
}

const boundTo = ({ tenantId, integrationId }: SecretOwner): Buffer =>
  Buffer.from(JSON.stringify(["integrations", tenantId, integrationId]));
