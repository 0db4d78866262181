import { hash } from "node:crypto";
import { errors, type JWTHeaderParameters, type JWTVerifyGetKey, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { Refusal, type RefusalReason } from "../refusal.ts";
import { CLOCK_TOLERANCE_SECONDS, type ClaimRules, type NormalizeEmail, readViewer } from "./read-claims.ts";

/** Only asymmetric ones: with HS256, the public key would be the secret. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

/** RFC 9068, without its optional prefix. Okta and Cognito send no type, which RFC 7519 allows. */
const TYPES = ["at+jwt", "jwt"];

/** Headers by which a token brings a key or names the address of one. The key set is the only source. */
const OWN_KEY_HEADERS = ["jwk", "jku", "x5u", "x5c"];

const BYTE_ORDER_MARK = "\uFEFF";

/** How long a verified token is accepted before the keys are checked again. */
export const VERIFIED_MS = 60_000;

/** Some ten megabytes of viewers. A token that is evicted is verified again. */
const VERIFIED_MAX = 10_000;

export type IssuerTokenOptions = {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly rules: ClaimRules;
  readonly getKey: JWTVerifyGetKey;
  readonly normalizeEmail: NormalizeEmail;
  readonly clock: () => Date;
};

/**
 * Verifies tokens of the issuer. Rejects with a Refusal, or with an ActionableError if no key could be
 * loaded yet. It keeps the viewers of verified tokens by the hash of the token.
 */
export function createVerifyIssuerToken(options: IssuerTokenOptions): (token: string) => Promise<Viewer> {
  const verified = new LRUCache<string, { readonly viewer: Viewer; readonly until: number }>({
    max: VERIFIED_MAX,
  });
  return async (token) => {
    const digest = hash("sha256", token, "base64");
    const now = options.clock();
    const known = verified.get(digest);
    if (known && now.getTime() < known.until) return known.viewer;
    const viewer = await verify(token, now, options);
    verified.set(digest, {
      viewer,
      until: Math.min(now.getTime() + VERIFIED_MS, viewer.expiresAt?.getTime() ?? 0),
    });
    return viewer;
  };
}

async function verify(token: string, now: Date, options: IssuerTokenOptions): Promise<Viewer> {
  const { issuer, audiences, rules, getKey, normalizeEmail } = options;
  const { payload, protectedHeader } = await jwtVerify(token, getKey, {
    algorithms: ALGORITHMS,
    issuer,
    audience: [...audiences],
    requiredClaims: ["exp"],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    currentDate: now,
  }).catch((error: unknown) => {
    if (error instanceof ActionableError || error instanceof Refusal) throw error;
    throw new Refusal(reasonOf(error));
  });
  if (!hasKnownType(protectedHeader)) throw new Refusal("type");
  if (OWN_KEY_HEADERS.some((name) => name in protectedHeader)) throw new Refusal("own-key");
  const texts = token.split(".", 2).map((part) => Buffer.from(part, "base64url").toString());
  // The library skips it, and other readers of JSON do not.
  if (texts.some((text) => text.startsWith(BYTE_ORDER_MARK))) throw new Refusal("malformed");
  if (texts.some(hasDuplicateNames)) throw new Refusal("duplicate-names");
  const viewer = readViewer(payload, rules, normalizeEmail);
  if (typeof viewer === "string") throw new Refusal(viewer);
  return viewer;
}

function hasKnownType({ typ = "jwt" }: JWTHeaderParameters): boolean {
  return typeof typ === "string" && TYPES.includes(typ.toLowerCase().replace(/^application\//, ""));
}

/** By the codes of jose. An error without one comes from a key of the set that cannot be used. */
function reasonOf(error: unknown): RefusalReason {
  if (error instanceof errors.JWTExpired) return "expired";
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIM_REASONS[error.claim] ?? "malformed";
  if (error instanceof errors.JOSEAlgNotAllowed) return "algorithm";
  if (error instanceof errors.JWSSignatureVerificationFailed) return "signature";
  if (error instanceof errors.JWKSNoMatchingKey) return "unknown-key";
  if (error instanceof errors.JWKSMultipleMatchingKeys) return "unusable-key";
  return error instanceof errors.JOSEError ? "malformed" : "unusable-key";
}

const CLAIM_REASONS: Readonly<Record<string, RefusalReason>> = {
  iss: "issuer",
  aud: "audience",
  exp: "lifetime",
  nbf: "not-yet-valid",
};

/**
 * Whether an object in the JSON text contains a name twice. `JSON.parse` keeps the last of them and other
 * readers the first, so two readers of one token could see two tenants. In valid JSON each name has one
 * colon outside of strings: more colons than names are left after parsing if a name is repeated.
 */
function hasDuplicateNames(json: string): boolean {
  const colons = json.replaceAll(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
  return colons !== countNames(JSON.parse(json));
}

/** Without recursion: a token has room for thousands of nested lists. */
function countNames(root: unknown): number {
  let names = 0;
  const open = [root];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (!Array.isArray(value)) names += Object.keys(value).length;
    for (const child of Object.values(value)) open.push(child);
  }
  return names;
}
