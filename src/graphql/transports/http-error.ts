/** The value of `Retry-After`: late enough to spread retries, and too short for users to notice. */
export const RETRY_AFTER_SECONDS = 5;

/**
 * Thrown for a request that does not reach GraphQL. The web server answers with the error in GraphQL's JSON.
 */
export class HttpError extends Error {
  constructor(readonly statusCode: 400 | 403 | 404 | 405 | 421 | 429 | 503) {
    super(`request refused with status ${statusCode}`);
  }
}
