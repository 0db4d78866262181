/** When whoever found no room may come again: not at once, and not so late that somebody notices. */
export const RETRY_AFTER_SECONDS = 5;

/** Thrown for a request that does not get as far as GraphQL; the web server says why, in GraphQL's JSON. */
export class HttpError extends Error {
  constructor(readonly statusCode: 400 | 403 | 404 | 405 | 421 | 429 | 503) {
    super(`refused with ${statusCode}`);
  }
}
