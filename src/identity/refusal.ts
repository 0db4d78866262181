import { ActionableError } from "../errors.ts";

/**
 * Why a credential is refused. Only operators see it, as a word in the log and in a metric. An answer with
 * the reason would help to forge the next token.
 */
const REFUSAL_REASONS = [
  "missing",
  "malformed",
  "too-large",
  "no-issuer",
  "algorithm",
  "type",
  "own-key",
  "unknown-key",
  "unusable-key",
  "signature",
  "issuer",
  "audience",
  "expired",
  "not-yet-valid",
  "lifetime",
  "duplicate-names",
  "subject",
  "tenant",
  "service-token",
  "scim-token",
  "session",
  "session-guard",
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** A credential is refused. It never reaches a caller: `identify.ts` replaces it by the one public error. */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(readonly reason: RefusalReason) {
    super(reason);
  }
}

/** The same error for every refused credential (E1). */
export const unauthenticated = (): ActionableError =>
  new ActionableError(
    "UNAUTHENTICATED",
    "The request has no valid token.",
    "Send the header `Authorization: Bearer …` with an unexpired token of the configured issuer, or with a " +
      "service token. Operators find the reason in the metric people_tokens_refused_total.",
  );

/** The issuer's fault, and not the caller's: the same token works as soon as the keys are there. */
export const keysUnavailable = (): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "The service could not fetch the issuer's keys yet, so it cannot verify tokens.",
    "Retry in a minute. If it persists, an operator checks AUTH_JWKS_URL; the log contains the reason.",
  );
