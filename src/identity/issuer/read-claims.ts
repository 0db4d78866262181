import { isTenantId } from "../../access/tenant-id.ts";
import { SCOPES, type Scope, type Viewer } from "../../access/viewer.ts";
import type { IssuerConfig } from "../../config/auth.ts";
import type { RefusalReason } from "../refusal.ts";

/** How to read the claims of an issuer's tokens. A claim's name may be a path, as in `realm_access.roles`. */
export type ClaimRules = Pick<IssuerConfig, "tenant" | "scopeClaim" | "roles">;

/** The directory's own rule for addresses; null for text that is not an address. */
export type NormalizeEmail = (text: string) => string | null;

export type Claims = Readonly<Record<string, unknown>>;

/** OpenID Connect limits `sub` to 255 characters. The database stores it, and cannot store U+0000. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

export const isSubject = (text: string): boolean => SUBJECT.test(text);

/** 9999-12-31. A later end is a mistake of units, and no date that clients can read. */
const EXPIRES_MAX_SECONDS = 253_402_300_799;

/** Clocks of an issuer and of this machine differ. */
export const CLOCK_TOLERANCE_SECONDS = 30;

/** The viewer of verified claims, or why they identify none. */
export function readViewer(
  claims: Claims,
  rules: ClaimRules,
  normalizeEmail: NormalizeEmail,
): Viewer | RefusalReason {
  const { sub, exp } = claims;
  if (typeof exp !== "number" || exp <= 0 || exp > EXPIRES_MAX_SECONDS) return "lifetime";
  if (typeof sub !== "string" || !isSubject(sub)) return "subject";
  const tenantId = "id" in rules.tenant ? rules.tenant.id : claimAt(claims, rules.tenant.claim);
  if (typeof tenantId !== "string" || !isTenantId(tenantId)) return "tenant";
  return {
    tenantId,
    kind: "USER",
    subject: sub,
    email: readEmail(claims, normalizeEmail),
    scopes: readScopes(claims, rules),
    // With the tolerance: a connection that ended earlier would be accepted again at once.
    expiresAt: new Date((exp + CLOCK_TOLERANCE_SECONDS) * 1_000),
    authIsOff: false,
  };
}

/** Scopes of both claims together. Scopes of other services and unknown roles do not count. */
function readScopes(claims: Claims, { scopeClaim, roles }: ClaimRules): ReadonlySet<Scope> {
  const granted = new Set(wordsOf(claimAt(claims, scopeClaim)));
  const byRole = roles
    ? listOf(claimAt(claims, roles.claim)).flatMap((role) => roles.scopes.get(role) ?? [])
    : [];
  return new Set([...SCOPES.filter((scope) => granted.has(scope)), ...byRole]);
}

/** OAuth separates scopes by spaces in one text; some issuers send a list. */
const wordsOf = (value: unknown): string[] => (typeof value === "string" ? value.split(" ") : listOf(value));

/** One role may come as a text. It is not split, because names of groups contain spaces. */
const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => typeof item === "string");

/** Some issuers send `email_verified` as text, and those in Python as `False`. */
function readEmail({ email, email_verified: verified }: Claims, normalize: NormalizeEmail): string | null {
  if (typeof email !== "string" || String(verified).toLowerCase() === "false") return null;
  return normalize(email);
}

/** Auth0's names of claims are URLs with dots, so the whole name comes before the path. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  let value: unknown = claims;
  for (const step of name.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}
