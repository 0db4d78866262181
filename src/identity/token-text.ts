import { createHash, randomBytes } from "node:crypto";
import { isTenantId } from "../access/tenant-id.ts";

const PREFIX = "people_";
const SECRET_BYTES = 32;
/** Enough of the secret to recognise a token in a list, and too little to help in guessing the rest. */
const HINT_SECRET_LENGTH = 4;

/**
 * `people_<tenant>_<secret>`. The tenant is part of the text, because the row is visible only inside its
 * tenant; it proves nothing. The secret has a fixed length, so a tenant's id may contain `_` too.
 */
const TOKEN = /^people_([\w.-]{1,63})_[\w-]{43}$/;

/** A new token of the tenant. */
export const makeTokenText = (tenantId: string): string =>
  `${PREFIX}${tenantId}_${randomBytes(SECRET_BYTES).toString("base64url")}`;

/** The tenant that the text names; null if it cannot be a service token. Pure, and cheap for any text. */
export function tenantOfToken(text: string): string | null {
  const tenantId = TOKEN.exec(text)?.[1] ?? "";
  return isTenantId(tenantId) ? tenantId : null;
}

/** SHA-256 of the whole text, so that a secret is of no use in another tenant. */
export const hashToken = (text: string): Buffer => createHash("sha256").update(text).digest();

/** What a list shows of a token: `people_acme_Zk3f…`. */
export function hintOf(text: string, tenantId: string): string {
  const shown = PREFIX.length + tenantId.length + 1 + HINT_SECRET_LENGTH;
  return `${text.slice(0, shown)}…`;
}
