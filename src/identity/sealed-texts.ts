import { hkdfSync } from "node:crypto";
import type { SecretKey } from "../config/secret-keys.ts";
import { createSeal } from "../request/seal.ts";

const KEY_BYTES = 32;

/** Texts that a browser keeps for the service, unreadable and unforgeable. */
export type SealedTexts = {
  seal(text: string): string;
  /** Null for what no key of the ring sealed for this purpose. */
  open(sealed: string): string | null;
};

/** The first key of the ring seals, each key opens. A key that leaves the ring ends what it sealed. */
export function createSealedTexts(ring: readonly SecretKey[], purpose: string): SealedTexts {
  const seals = ring.map(({ key }) =>
    createSeal(Buffer.from(hkdfSync("sha256", key, "", purpose, KEY_BYTES))),
  );
  const [current] = seals;
  if (!current) throw new Error("The key ring is empty.");
  return {
    seal: (text) => current.seal(purpose, text).toString("base64url"),
    open(sealed) {
      const bytes = Buffer.from(sealed, "base64url");
      for (const seal of seals) {
        const text = seal.open(purpose, bytes);
        if (text !== null) return text;
      }
      return null;
    },
  };
}
