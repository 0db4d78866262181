import { ActionableError } from "../errors.ts";

/** True when `error` carries one of these codes, as the errors of Node and of Postgres do. */
export const isErrorCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.some((code) => code === error.code);

/** No way to the database, or none any more. */
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

/** SQLSTATEs, whole or by class, that pass: the same request may well succeed a moment later. */
const OUTAGE_STATES = [
  "08", // connection exceptions
  "25006", // a standby since a failover
  "25P03", // a transaction that idled for too long
  "40001", // serialization failure
  "40P01", // deadlock
  "53", // out of connections, memory or disk
  "55P03", // a lock was not to be had in time
  "57", // starting up, shutting down, or a statement that took too long
];

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** node-postgres gives no code to its own complaints about a connection. */
const OUTAGE_MESSAGES =
  /timeout exceeded when trying to connect|timeout expired|Connection terminated|Client has encountered a connection error|Client was closed|after calling end on the pool/;

/** TypeORM gives up a connection that is lost between two statements, and then says that it was released. */
const OUTAGE_NAMES = ["QueryRunnerAlreadyReleasedError", "QueryRunnerProviderAlreadyReleasedError"];

/** An `UNAVAILABLE` error in place of one that says the database cannot be used now; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  if (!isOutage(error)) return error;
  return new ActionableError(
    "UNAVAILABLE",
    "The database did not answer in time.",
    "Retry in a few seconds. If the problem persists, ask the operator to check GET /ready.",
    { cause: error },
  );
}

/** Whether the database cannot be used now: the same work may well succeed a moment later. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ActionableError) return error.code === "UNAVAILABLE";
  // A name with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.some(isOutage)) return true;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (OUTAGE_ERRNOS.includes(code)) return true;
  if (SQLSTATE.test(code)) return OUTAGE_STATES.some((state) => code.startsWith(state));
  return OUTAGE_NAMES.includes(error.name) || OUTAGE_MESSAGES.test(error.message);
}
