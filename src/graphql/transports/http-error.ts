import type { FastifyReply } from "fastify";

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
  constructor(readonly statusCode: 400 | 403 | 404 | 405 | 421 | 429 | 503) {
    super(`request refused with status ${statusCode}`);
  }
}
