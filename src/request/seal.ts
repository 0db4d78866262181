import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from "node:crypto";

/**
 * Encrypts and authenticates a text. Equal texts give equal bytes, because clients and caches compare
 * cursors. The construction is SIV (RFC 5297) with the parts of node:crypto: HMAC-SHA-256 makes the tag, the
 * tag is the IV of AES-256-CTR.
 */
export type Seal = {
  seal(context: string, text: string): Buffer;
  /** Null for bytes that this key did not seal in this context. */
  open(context: string, sealed: Buffer): string | null;
};

/** The IV of AES, and half of a SHA-256: 128 bits cannot be guessed, and two texts do not share a tag. */
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * A ciphertext is as long as its text. Padded to steps of this size, it shows the length of a name only
 * roughly.
 */
const PADDING_STEP = 32;

/** `key` is 32 secret bytes. Texts must not end in a space: the padding consists of spaces. */
export function createSeal(key: Buffer): Seal {
  const tagKey = deriveKey(key, "seal/tag");
  const cipherKey = deriveKey(key, "seal/cipher");
  const tagOf = (context: string, padded: Buffer): Buffer =>
    createHmac("sha256", tagKey)
      // The length in front separates the context from the text, whatever characters they contain.
      .update(`${Buffer.byteLength(context)}:${context}`)
      .update(padded)
      .digest()
      .subarray(0, TAG_BYTES);

  return {
    seal(context, text) {
      const padded = pad(text);
      const tag = tagOf(context, padded);
      return Buffer.concat([tag, createCipheriv("aes-256-ctr", cipherKey, tag).update(padded)]);
    },
    open(context, sealed) {
      const tag = sealed.subarray(0, TAG_BYTES);
      if (tag.length < TAG_BYTES) return null;
      const padded = createDecipheriv("aes-256-ctr", cipherKey, tag).update(sealed.subarray(TAG_BYTES));
      return timingSafeEqual(tagOf(context, padded), tag) ? padded.toString().trimEnd() : null;
    },
  };
}

// As key objects: creating one takes longer than using it, and a page may need fifty cursors.
const deriveKey = (key: Buffer, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", key, "", purpose, KEY_BYTES)));

function pad(text: string): Buffer {
  const missing = -Buffer.byteLength(text) % PADDING_STEP;
  return Buffer.from(text + " ".repeat((missing + PADDING_STEP) % PADDING_STEP));
}
