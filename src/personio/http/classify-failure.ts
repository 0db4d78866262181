import { z } from "zod";
import type { FailureDetails, HttpError } from "./failure.ts";
import type { FailureKind } from "./failure-kinds.ts";

/** The meaning of an error response; the sign-in reads some of them differently. */
export const failureOfStatus = (status: number, httpError?: HttpError, message?: string): FailureDetails => ({
  kind: kindOfStatus(status, httpError),
  found: `expected 200, found ${status}`,
  status,
  ...(httpError && { httpError }),
  ...(message !== undefined && { message }),
});

/**
 * The meaning of `success: false` with the status 200. A code from 400 to 499 counts as that status, and
 * retries do not change it. Any other code, 0 among them, has no known meaning.
 */
export function failureOfEnvelope(code: number, message?: string): FailureDetails {
  const isClientError = Number.isInteger(code) && code >= 400 && code < 500;
  return {
    kind: isClientError ? kindOfStatus(code, undefined) : "UPSTREAM_ERROR",
    found: isClientError ? `success: false, code ${code}` : "success: false",
    ...(code === 404 && { httpError: "RECORD_MISSING" }),
    ...(message !== undefined && { message }),
  };
}

function kindOfStatus(status: number, httpError: HttpError | undefined): FailureKind {
  if (status < 400) return "REDIRECT_REFUSED";
  if (status === 401) return "UNAUTHORIZED";
  if (status === 403) return "FORBIDDEN";
  if (status === 404 && httpError === "ENDPOINT_MISSING") return "ENDPOINT_MISSING";
  // Only the legal entities are known to send it: the company's plan does not include the feature.
  if (status === 412) return "FEATURE_MISSING";
  if (status === 429) return "RATE_LIMITED";
  // 408 and 425 request a retry.
  return status >= 500 || status === 408 || status === 425 ? "UPSTREAM_ERROR" : "UPSTREAM_REFUSED";
}

/** The errors of version 2, by the end of the URI that describes them. */
const DESCRIBED_AT: ReadonlyMap<string, HttpError> = new Map([
  ["apinot_found", "ENDPOINT_MISSING"],
  ["common.resource_not_found", "RECORD_MISSING"],
  ["common.requested_resource_not_found", "RECORD_MISSING"],
]);

/** The errors of the token endpoint that are not about the credential; most come with the status 400. */
const OAUTH_ERRORS: ReadonlyMap<string, HttpError> = new Map([
  ["invalid_request", "REQUEST_REFUSED"],
  ["invalid_scope", "REQUEST_REFUSED"],
  ["unsupported_grant_type", "REQUEST_REFUSED"],
  ["server_error", "TRY_LATER"],
  ["temporarily_unavailable", "TRY_LATER"],
]);

const problemBody = z.object({ errors: z.tuple([z.object({ type: z.string() })], z.unknown()) });
const oauthBody = z.object({ error: z.string() });
const missingBody = z.object({ success: z.literal(false) });

/** The error that a body describes, among those that need a distinction. */
export function httpErrorIn(body: unknown, status: number): HttpError | undefined {
  const described = problemBody.safeParse(body);
  if (described.success) return DESCRIBED_AT.get(described.data.errors[0].type.split("#").at(-1) ?? "");
  const oauth = oauthBody.safeParse(body);
  if (oauth.success) return OAUTH_ERRORS.get(oauth.data.error);
  // Version 1 only reports that there is a problem.
  return status === 404 && missingBody.safeParse(body).success ? "RECORD_MISSING" : undefined;
}
/** Node's and OpenSSL's codes for a certificate or a handshake that cannot be trusted. */
const TLS_CODES = /^(CERT_|CRL_|DEPTH_ZERO_|EPROTO|ERR_SSL_|ERR_TLS_|HOSTNAME_|SELF_SIGNED_|UNABLE_TO_)/;

/** The meaning of an exception while sending a request, or while reading its response (`responding`). */
export function failureOfException(
  error: unknown,
  { responding, deadlineMs, late }: { responding: boolean; deadlineMs: number; late: boolean },
): FailureDetails {
  if (late) return { kind: "UPSTREAM_TIMEOUT", found: `no complete response within ${deadlineMs} ms` };
  const code = codeOf(error);
  if (TLS_CODES.test(code))
    return { kind: "TLS_ERROR", found: `the certificate or handshake is not trusted, ${code}` };
  if (responding)
    return { kind: "UPSTREAM_BAD_BODY", found: `the response broke off or cannot be decoded, ${code}` };
  return { kind: "UPSTREAM_UNREACHABLE", found: `no response, ${code}` };
}

/** The code may be in the `cause`. Only a code is shown: messages quote tokens, addresses and bodies. */
function codeOf(error: unknown): string {
  for (const candidate of [error instanceof Error ? error.cause : undefined, error]) {
    if (
      candidate instanceof Error &&
      "code" in candidate &&
      /^[A-Z][A-Z0-9_]+$/.test(String(candidate.code))
    ) {
      return String(candidate.code);
    }
  }
  return "without an error code";
}

/** How many mismatches a message names; more of them explain nothing new. */
const MISMATCHES_NAMED = 3;

/** The meaning of JSON that does not match the schema. zod names types and paths, never values. */
export function failureOfSchema({ issues }: z.ZodError): FailureDetails {
  const named = issues
    .slice(0, MISMATCHES_NAMED)
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  return { kind: "UPSTREAM_BAD_ANSWER", found: `${issues.length} mismatches, ${named.join("; ")}` };
}
