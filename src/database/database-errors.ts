import { ActionableError } from "../errors.ts";

/** True when `error` has one of these codes, as errors of Node and Postgres do. */
export const isErrorCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.some((code) => code === error.code);

/** The SQLSTATE of a statement that only an owner may run. */
export const INSUFFICIENT_PRIVILEGE = "42501";

export const UNDEFINED_TABLE = "42P01";

/** The database is unreachable, or its connection is lost. */
const OUTAGE_ERRNOS = [
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ECONNABORTED",
  "ENOTFOUND",
  "EAI_AGAIN",
];

/** SQLSTATEs, whole or by class, of transient failures: the same request may succeed a moment later. */
const OUTAGE_STATES = [
  "08", // connection exceptions
  "25006", // read-only: a standby since a failover
  "25P03", // idle in transaction for too long
  "40001", // serialization failure
  "40P01", // deadlock
  "53", // out of connections, memory or disk
  "55P03", // lock timeout
  "57", // starting up, shutting down, or statement timeout
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** Errors of node-postgres about a connection have no code. */
const OUTAGE_MESSAGES =
  /timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed|after calling end on the pool/;

/**
 * TypeORM releases a query runner whose connection is lost between two statements, and then reports the
 * release.
 */
const OUTAGE_NAMES = ["QueryRunnerAlreadyReleasedError", "QueryRunnerProviderAlreadyReleasedError"];

/** Turns an error of an unavailable database into `UNAVAILABLE`; returns any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  return isOutage(error) ? databaseUnavailable({ cause: error }) : error;
}

export const databaseUnavailable = (options: ErrorOptions = {}): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "The database did not answer in time.",
    "Retry in a few seconds. If the problem persists, ask the operator to check GET /ready.",
    options,
  );

/** Whether the database is unavailable now, so that the same work may succeed a moment later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ActionableError) return error.code === "UNAVAILABLE";
  // A host name with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.some(isOutage)) return true;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (OUTAGE_ERRNOS.includes(code)) return true;
  if (SQLSTATE.test(code)) return OUTAGE_STATES.some((state) => code.startsWith(state));
  return OUTAGE_NAMES.includes(error.name) || OUTAGE_MESSAGES.test(error.message);
}
