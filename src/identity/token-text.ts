import { createHash, randomBytes } from "node:crypto";
import { isTenantId } from "../access/tenant-id.ts";

const SECRET_BYTES = 32;
/** Enough of the secret to recognise a token in a list, and too little to help in guessing the rest. */
const HINT_SECRET_LENGTH = 4;

/**
 * Texts of the form `<prefix>_<tenant>_<secret>`. The tenant is part of the text, because the row is visible
 * only inside its tenant; it proves nothing. The secret has a fixed length, so a tenant's id may contain `_`
 * too. The prefix is one word, so no kind of token can be taken for another. The form captures the tenant.
 */
export function createTokenTexts(prefix: string, form: RegExp) {
  return {
    /** A new token of the tenant. */
    make: (tenantId: string): string =>
      `${prefix}_${tenantId}_${randomBytes(SECRET_BYTES).toString("base64url")}`,
    /** The tenant that the text names; null if it cannot be such a token. Pure, and cheap for any text. */
    tenantOf(text: string): string | null {
      const tenantId = form.exec(text)?.[1] ?? "";
      return isTenantId(tenantId) ? tenantId : null;
    },
    /** What a list shows of a token: `people_acme_Zk3f…`. */
    hintOf(text: string, tenantId: string): string {
      const shown = prefix.length + tenantId.length + 2 + HINT_SECRET_LENGTH;
      return `${text.slice(0, shown)}…`;
    },
  };
}

/** Service tokens: `people_<tenant>_<secret>`. */
export const {
  make: makeTokenText,
  tenantOf: tenantOfToken,
  hintOf,
} = createTokenTexts("people", /^people_([\w.-]{1,63})_[\w-]{43}$/);

/** SHA-256 of the whole text, so that a secret is of no use in another tenant. */
export const hashToken = (text: string): Buffer => createHash("sha256").update(text).digest();
