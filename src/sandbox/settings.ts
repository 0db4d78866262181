/**
 * What Personio's documentation leaves open, and what differs between accounts. Each is a setting, so that a belief
 * about Personio is never built into a test by accident; the defaults are our best reading.
 */
export type Settings = {
  /** The zone in which dates stand at local midnight. */
  readonly companyZone: string;
  /** HTTP status for a wrong pair of credentials. VERIFY(personio): only the message is known. */
  readonly wrongCredentialsStatus: number;
  /** Credentials in the query string of `POST /v1/auth`: refused with 403 since December 2026. */
  readonly queryCredentials: "refused" | "accepted";
  /** HTTP status for a missing, unknown or expired token. VERIFY(personio): not documented for v1. */
  readonly unauthorizedStatus: number;
  /** What is added to `expires_in`, for clients that trust it to the second. */
  readonly expiresInSkewSeconds: number;
  /** A `limit` above 100. VERIFY(personio): an error before 2025, unknown since. */
  readonly limitAboveMaximum: "refused" | "capped";
  /** The zone in which `updated_since` is read. VERIFY(personio): not documented. */
  readonly updatedSinceZone: string;
  /** The order of the employees. VERIFY(personio): not documented; samples ascend by id. */
  readonly order: "ascending" | "descending";
  /** A pre-hire becomes active at midnight of the hire date in this zone. VERIFY(personio): hour not stated. */
  readonly hireDayZone: string;
  /** Date attributes of the customer: like the preset ones, or plain `YYYY-MM-DD`. Both have been seen. */
  readonly customDates: "midnight" | "plain";
  /** Employee ids around seven million, or above 2^53. */
  readonly employeeIds: "usual" | "huge";
  /** Seconds in `Retry-After` of the rate limit's 429; null sends none. VERIFY(personio): none was seen on v2. */
  readonly retryAfterSeconds: number | null;
};

export const DEFAULT_SETTINGS: Settings = {
  companyZone: "Europe/Berlin",
  wrongCredentialsStatus: 403,
  queryCredentials: "refused",
  unauthorizedStatus: 401,
  expiresInSkewSeconds: 0,
  limitAboveMaximum: "refused",
  updatedSinceZone: "UTC",
  order: "ascending",
  hireDayZone: "Europe/Berlin",
  customDates: "midnight",
  employeeIds: "usual",
  retryAfterSeconds: null,
};
