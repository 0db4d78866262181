import type { FastifyReply } from "fastify";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { FormatError } from "../operation/format-error.ts";

/**
 * Operations are small, and a thousand representations take some 100 KB. A larger body is a mistake or an
 * attack.
 */
export const BODY_BYTES_MAX = 1_048_576;

/** The value of `Retry-After`: late enough to spread retries, and too short for users to notice. */
export const RETRY_AFTER_SECONDS = 5;

/** The header `WWW-Authenticate` of every 401 (RFC 6750, section 3). */
export const CHALLENGE = 'Bearer realm="people"';

/** The HTTP status of an error that refuses a whole request; 500 for every other error. */
export function statusOfCode(code: unknown): number {
  return (typeof code === "string" && STATUSES.get(code)) || 500;
}

/** A client that was refused for now repeats its request, but not at once. */
export function addRetryAfter(reply: FastifyReply, status: number): void {
  if ((status === 429 || status === 503) && !reply.hasHeader("retry-after"))
    reply.header("retry-after", RETRY_AFTER_SECONDS);
}

const STATUSES: ReadonlyMap<string, number> = new Map([
  ["UNAUTHENTICATED", 401],
  ["FORBIDDEN", 403],
  ["LIMIT_RATE", 429],
  ["TOO_MANY_SUBSCRIPTIONS", 429],
  ["UNAVAILABLE", 503],
]);

/**
 * Thrown for a request that does not reach GraphQL. The web server answers with the error in GraphQL's JSON.
 */
export class HttpError extends Error {
  /** @param answer what the answer contains in place of the usual sentence of the status. */
  constructor(
    readonly statusCode: 400 | 403 | 404 | 405 | 421 | 429 | 503,
    readonly answer?: string,
  ) {
    super(`request refused with status ${statusCode}`);
  }
}

/** The errors of requests that do not reach GraphQL, by HTTP status. */
const HTTP_ERRORS: Readonly<Record<number, { code: string; message: string }>> = {
  400: {
    code: "BAD_REQUEST",
    message: "The request cannot be read: the body must be a JSON object with `query`.",
  },
  403: {
    code: "BAD_REQUEST",
    message: "A web page of this origin may not subscribe here. The operator can name it in ALLOWED_ORIGINS.",
  },
  405: { code: "BAD_REQUEST", message: "Send mutations with POST." },
  404: { code: "NOT_FOUND", message: "No route has this path. Send operations to /graphql." },
  413: {
    code: "PAYLOAD_TOO_LARGE",
    message: `The body is too large: /graphql accepts ${BODY_BYTES_MAX} bytes, and a webhook fewer.`,
  },
  421: {
    code: "MISDIRECTED_REQUEST",
    message: "Unknown Host header. Use localhost, or name the host in PUBLIC_URL or ALLOWED_HOSTS.",
  },
  429: {
    code: "TOO_MANY_SUBSCRIPTIONS",
    message: "The limit of open event streams is reached. End some that you no longer need.",
  },
  503: {
    code: "UNAVAILABLE",
    message: "The service is stopping. Another replica, or the next process, will answer.",
  },
  415: {
    code: "UNSUPPORTED_MEDIA_TYPE",
    message: "Send the body as `content-type: application/json`.",
  },
};

/** The error of a request in the form of GraphQL, and its status. */
export function toPublicError(
  cause: unknown,
  formatError: FormatError,
): { status: number; error: GraphQLFormattedError } {
  const status = statusOf(cause);
  const known = HTTP_ERRORS[status];
  if (known) {
    const message = (cause instanceof HttpError && cause.answer) || known.message;
    const error = formatError(new GraphQLError(message, { extensions: { code: known.code } }));
    return { status, error };
  }
  const error = formatError(cause);
  return { status: statusOfCode(error.extensions?.code), error };
}

function statusOf(error: unknown): number {
  if (typeof error !== "object" || error === null) return 500;
  // A Host header or a path that is invalid in a URL.
  if ("code" in error && error.code === "ERR_INVALID_URL") return 400;
  return "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : 500;
}
