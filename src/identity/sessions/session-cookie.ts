import { createHash, randomBytes } from "node:crypto";
import { isTenantId } from "../../access/tenant-id.ts";
import type { SecretKey } from "../../config/secret-keys.ts";
import { createSealedTexts } from "../sealed-texts.ts";

/** What a browser keeps of a session: its company, and the hash by which the row is found. */
export type SessionKey = { readonly tenantId: string; readonly idHash: Buffer };

export type SessionCookies = {
  /** A new session's key, and the value of its cookie. */
  make(tenantId: string): SessionKey & { readonly cookie: string };
  /** Null for a value that no key of the ring sealed: it costs no query. */
  open(cookie: string): SessionKey | null;
};

const ID_BYTES = 32;

/** Longer than any cookie of ours, whose tenant has at most 63 characters. */
const COOKIE_LENGTH_MAX = 512;

/**
 * The cookie of a session contains its company, because the row is visible only inside its company. It is
 * sealed with the key ring, so no browser can name another company.
 */
export function createSessionCookies(ring: readonly SecretKey[]): SessionCookies {
  const texts = createSealedTexts(ring, "console sessions");
  return {
    make(tenantId) {
      const id = randomBytes(ID_BYTES).toString("base64url");
      return { tenantId, idHash: hashOf(id), cookie: texts.seal(`${tenantId} ${id}`) };
    },
    open(cookie) {
      const [tenantId = "", id] =
        cookie.length > COOKIE_LENGTH_MAX ? [] : (texts.open(cookie)?.split(" ") ?? []);
      return id !== undefined && isTenantId(tenantId) ? { tenantId, idHash: hashOf(id) } : null;
    },
  };
}

const hashOf = (id: string): Buffer => createHash("sha256").update(id).digest();
