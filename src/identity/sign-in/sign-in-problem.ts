import * as oidc from "openid-client";
import { ActionableError, type ErrorCode } from "../../errors.ts";

/** Why a sign-in ended without a session, as a code of `src/errors.ts`. */
export type SignInCode = Extract<ErrorCode, `SIGN_IN_${string}`> | "LIMIT_RATE";

/** What exactly happened, as a word of ours: for the page of the console, the log and the metric. */
const SIGN_IN_REASONS = [
  "not-configured",
  "too-many",
  "provider-away",
  "database-away",
  "issuer",
  "client",
  "request",
  "denied",
  "state",
  "code",
  "claims",
  "tenant",
  "company",
  "scopes",
  "unexpected",
] as const;
export type SignInReason = (typeof SIGN_IN_REASONS)[number];

/** A sign-in that ended without a session. */
export class SignInProblem extends Error {
  override readonly name = "SignInProblem";

  constructor(
    readonly code: SignInCode,
    readonly reason: SignInReason,
    options: ErrorOptions = {},
  ) {
    super(`${code}: ${reason}`, options);
  }
}

/** The identity provider does not answer, or answers with a failure of its own. */
export class ProviderAway extends Error {
  override readonly name = "ProviderAway";
}

/** The problem behind any error of a sign-in. Texts of the identity provider stay in its cause. Pure. */
export function problemOf(error: unknown): SignInProblem {
  if (error instanceof SignInProblem) return error;
  const [code, reason] = judge(error);
  return new SignInProblem(code, reason, { cause: error });
}

type Judged = readonly [SignInCode, SignInReason];

const AWAY: Judged = ["SIGN_IN_UNAVAILABLE", "provider-away"];
const UNEXPECTED: Judged = ["SIGN_IN_FAILED", "unexpected"];
const CLIENT_REFUSED: Judged = ["SIGN_IN_MISCONFIGURED", "client"];
const REQUEST_REFUSED: Judged = ["SIGN_IN_MISCONFIGURED", "request"];

function judge(error: unknown): Judged {
  if (isAway(error)) return AWAY;
  if (error instanceof oidc.AuthorizationResponseError)
    return AUTHORIZATION_ERRORS.get(error.error) ?? REQUEST_REFUSED;
  if (error instanceof oidc.ResponseBodyError) return TOKEN_ERRORS.get(error.error) ?? REQUEST_REFUSED;
  // A provider that refuses the secret of a client may answer so.
  if (error instanceof oidc.WWWAuthenticateChallengeError) return CLIENT_REFUSED;
  if (error instanceof ActionableError) return ACTIONABLE.get(error.code) ?? UNEXPECTED;
  if (error instanceof Error && "code" in error && typeof error.code === "string")
    return LIBRARY_ERRORS.get(error.code) ?? UNEXPECTED;
  return UNEXPECTED;
}

/** The library passes it on, or wraps it. */
function isAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof ProviderAway) return true;
  return false;
}

/** RFC 6749, section 4.1.2.1, and OpenID Connect Core, section 3.1.2.6. */
const AUTHORIZATION_ERRORS: ReadonlyMap<string, Judged> = new Map([
  ...["access_denied", "login_required", "interaction_required", "consent_required"].map(
    (error) => [error, ["SIGN_IN_DENIED", "denied"]] as const,
  ),
  ["server_error", AWAY],
  ["temporarily_unavailable", AWAY],
  ["unauthorized_client", CLIENT_REFUSED],
]);

/** RFC 6749, section 5.2. */
const TOKEN_ERRORS: ReadonlyMap<string, Judged> = new Map([
  ["invalid_client", CLIENT_REFUSED],
  ["unauthorized_client", CLIENT_REFUSED],
  // The code was used before, or is too old.
  ["invalid_grant", ["SIGN_IN_EXPIRED", "code"]],
]);

const ACTIONABLE: ReadonlyMap<string, Judged> = new Map([
  ["FORBIDDEN", ["SIGN_IN_FORBIDDEN", "company"]],
  ["UNAVAILABLE", ["SIGN_IN_UNAVAILABLE", "database-away"]],
]);

/** Codes of openid-client. */
const LIBRARY_ERRORS: ReadonlyMap<string, Judged> = new Map([
  ["OAUTH_TIMEOUT", AWAY],
  // The address answers, but is not the one of the issuer.
  ["OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED", ["SIGN_IN_MISCONFIGURED", "issuer"]],
  ["OAUTH_RESPONSE_IS_NOT_CONFORM", ["SIGN_IN_MISCONFIGURED", "issuer"]],
  ["OAUTH_RESPONSE_IS_NOT_JSON", ["SIGN_IN_MISCONFIGURED", "issuer"]],
  // The ID token is not for this client, this issuer or this sign-in.
  ["OAUTH_JWT_CLAIM_COMPARISON_FAILED", ["SIGN_IN_FAILED", "claims"]],
  ["OAUTH_JWT_TIMESTAMP_CHECK_FAILED", ["SIGN_IN_FAILED", "claims"]],
]);
