import { ActionableError } from "../errors.ts";

/** True when `error` carries one of these codes, as the errors of Node and of Postgres do. */
export const isErrorCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && "code" in error && codes.some((code) => code === error.code);

/**
 * What means that the database cannot be used at this moment, and may well be usable at the next: no way to it, ended
 * sessions, no session left, a statement or a lock that took too long.
 */
const OUTAGE_CODES = [
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND", "EAI_AGAIN"],
  ...["08000", "08001", "08003", "08004", "08006", "57P01", "57P02", "57P03", "53300", "57014", "55P03"],
];

/** node-postgres gives no code to its own complaints about a connection. */
const OUTAGE_MESSAGES =
  /timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error/;

/** An `UNAVAILABLE` error in place of one that says the database cannot be used now; any other error as it is. */
export function asUnavailable(error: unknown): unknown {
  const isOutage =
    isErrorCode(error, ...OUTAGE_CODES) || (error instanceof Error && OUTAGE_MESSAGES.test(error.message));
  if (!isOutage) return error;
  return new ActionableError(
    "UNAVAILABLE",
    "The database did not answer in time.",
    "Try again in a few seconds. If it lasts, look at GET /ready and at the database.",
    { cause: error },
  );
}
