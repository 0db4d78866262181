import * as oidc from "openid-client";
import { z } from "zod";
import type { SecretKey } from "../../config/secret-keys.ts";
import { CLOCK_TOLERANCE_SECONDS } from "../issuer/read-claims.ts";
import { createSealedTexts } from "../sealed-texts.ts";

/** Time enough for a second factor, and for a password that was forgotten. */
export const TRANSACTION_MS = 600_000;

/** Much longer than ours, and short enough to be read. */
const COOKIE_LENGTH_MAX = 4_096;

/** A sign-in under way. The browser keeps it, sealed, until the identity provider sends it back. */
export type Transaction = {
  /** What the identity provider must send back, in the address and in the ID token. */
  readonly state: string;
  readonly nonce: string;
  /** The secret of PKCE: a stolen code is of no use without it. */
  readonly verifier: string;
  /** Where the person wants to go. */
  readonly returnTo: string;
  /** The cookie of the session that the new one replaces. */
  readonly replaced: string | null;
};

const sealedSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  replaced: z.string().nullable(),
  startedAt: z.number(),
});

export type Transactions = {
  begin(
    intent: Pick<Transaction, "returnTo" | "replaced">,
    now: Date,
  ): Transaction & { readonly cookie: string };
  /** Null for a text that no key of the ring sealed, and after ten minutes. */
  open(cookie: string, now: Date): Transaction | null;
};

export function createTransactions(ring: readonly SecretKey[]): Transactions {
  const texts = createSealedTexts(ring, "console sign-in");
  return {
    begin(intent, now) {
      const transaction = {
        ...intent,
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      return {
        ...transaction,
        cookie: texts.seal(JSON.stringify({ ...transaction, startedAt: now.getTime() })),
      };
    },
    open(cookie, now) {
      const text = cookie.length > COOKIE_LENGTH_MAX ? null : texts.open(cookie);
      if (text === null) return null;
      const { startedAt, ...transaction } = sealedSchema.parse(JSON.parse(text));
      const age = now.getTime() - startedAt;
      // The clock of the replica that began it may be ahead, and single sign-on returns within milliseconds.
      return age >= -CLOCK_TOLERANCE_SECONDS * 1_000 && age < TRANSACTION_MS ? transaction : null;
    },
  };
}
