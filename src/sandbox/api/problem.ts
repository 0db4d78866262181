import { randomBytes } from "node:crypto";
import type { Answer } from "./answer.ts";

const PROBLEM_TYPE = { "content-type": "application/problem+json" };
const ERRORS = "https://developer.personio.de/reference/errors";
const ERROR_CODES = "https://developer.personio.de/v2.0/page/public-api-error-codes";

type Problem = {
  readonly title: string;
  readonly detail: string;
  readonly type: string;
  readonly _meta?: object;
};

const newTraceId = (): string => randomBytes(8).toString("hex");

/** The request is invalid: a limit, a cursor or a filter's value. */
export const badRequest = (detail = "Provided request parameters are invalid."): Answer =>
  problem(400, { title: "Bad request", detail, type: `${ERRORS}#common.bad_request` });

export const resourceNotFound = (fragment = "common.resource_not_found"): Answer =>
  problem(404, {
    title: "Resource not found",
    detail: "There is no resource for the specified id.",
    type: `${ERRORS}#${fragment}`,
  });

/**
 * A conflict with an existing resource, or an unacceptable body. VERIFY(personio): only the statuses are
 * known.
 */
export const unprocessable = (status: 409 | 422, detail: string): Answer =>
  problem(status, {
    title: status === 409 ? "Conflict" : "Unprocessable entity",
    detail,
    type: `${ERRORS}#common.${status === 409 ? "conflict" : "unprocessable_entity"}`,
  });

/** The path is unknown, or the endpoint was not released. Its `type` differs from a missing resource's. */
const endpointNotFound = (path: string): Answer =>
  problem(
    404,
    {
      title: "Not Found",
      detail: `The endpoint with ${path} was not found.`,
      type: `${ERROR_CODES}#apinot_found`,
      _meta: { path },
    },
    "",
  );

const KNOWN: Readonly<Record<number, Problem>> = {
  // VERIFY(personio): only these words are known, for a refused or missing token and for a missing right.
  401: {
    title: "Unauthorized",
    detail: "Unauthorized Request",
    type: `${ERROR_CODES}#commonunauthorized`,
    _meta: {},
  },
  403: {
    title: "Insufficient access scope",
    detail: "Client scope insufficient to access resource",
    type: `${ERROR_CODES}#commonforbidden`,
    _meta: {},
  },
  412: {
    title: "Precondition Failed",
    detail: "No access to legal entities feature.",
    type: `${ERRORS}#common.precondition_failed`,
  },
};

/** Version 2's general response for a status. */
export function problemOf(status: number, path: string): Answer {
  if (path === "/v2/auth/token" && status < 500) return oauthProblem("invalid_client", { status });
  if (status === 400) return badRequest();
  if (status === 404) return endpointNotFound(path);
  return problem(
    status,
    KNOWN[status] ?? {
      title: "Internal Server Error",
      detail: "There was a problem while processing this request. Please try again later.",
      type: `${ERRORS}#common.internal_server_error`,
    },
  );
}

function problem(status: number, error: Problem, traceId = newTraceId()): Answer {
  const body = { personio_trace_id: traceId, timestamp: new Date().toISOString(), errors: [error] };
  return { status, body: JSON.stringify(body), headers: PROBLEM_TYPE };
}

const OAUTH_DESCRIPTIONS = {
  invalid_request: "The request has missing or invalid required parameters.",
  invalid_client:
    "Client authentication failed (e.g., unknown client, wrong secret, no client authentication included, or unsupported authentication method).",
  // VERIFY(personio): the words are not in our copies.
  unsupported_grant_type: "The authorization grant type is not supported by the authorization server.",
  invalid_scope: "One of the requested scopes is invalid.",
} as const;

type OauthDetails = {
  readonly status?: number;
  readonly description?: string;
  readonly meta?: object;
};

/** The token endpoint has an error format of its own, after OAuth's. */
export function oauthProblem(
  error: keyof typeof OAUTH_DESCRIPTIONS,
  { status = 400, description, meta = {} }: OauthDetails = {},
): Answer {
  const uri = `${ERRORS}#credentials.oauth2.${error}`;
  const body = {
    timestamp: new Date().toISOString(),
    trace_id: newTraceId(),
    error,
    error_description: description ?? OAUTH_DESCRIPTIONS[error],
    // The one error with a description of its own calls its page `type`.
    ...(description === undefined ? { error_uri: uri } : { type: uri }),
    meta,
  };
  return { status, body: JSON.stringify(body), headers: PROBLEM_TYPE };
}
