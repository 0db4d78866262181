import { ActionableError, badUserInput } from "../../errors.ts";

/** SQLSTATEs, whole or by class, that pass by themselves: the same request may succeed a moment later. */
const UNAVAILABLE_STATES = [
  "08", // connection exceptions
  "40001", // serialization failure
  "40P01", // deadlock
  "53", // out of connections, memory or disk
  "55P03", // a lock was not to be had in time
  "57", // shutting down, starting up, or a statement that took too long
  "25P03", // a transaction that idled for too long
];

const UNAVAILABLE_ERRNOS = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
]);

/** The words of node-postgres for a connection it could not get or keep; these errors have no code. */
const UNAVAILABLE_WORDS = [
  "timeout exceeded when trying to connect",
  "Connection terminated",
  "Client has encountered a connection error",
  "Cannot use a pool after calling end on the pool",
];

/** A byte that Postgres cannot keep in text: NUL, however it is written. */
const UNSTORABLE_TEXT_STATES = new Set(["22021", "22P05"]);

/**
 * What a caller can do about an error that came from the database: try again later, or leave out a character that no text may
 * hold. `undefined` for every other error.
 */
export function databaseFault(error: unknown): ActionableError | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (UNSTORABLE_TEXT_STATES.has(code)) {
    return badUserInput(
      "A text holds a character that cannot be stored (U+0000).",
      "Remove the NUL character.",
    );
  }
  const passing =
    UNAVAILABLE_ERRNOS.has(code) ||
    UNAVAILABLE_STATES.some((state) => isSqlState(code) && code.startsWith(state)) ||
    UNAVAILABLE_WORDS.some((words) => error.message.startsWith(words)) ||
    (error instanceof AggregateError && error.errors.some((one) => databaseFault(one) !== undefined));
  return passing ? UNAVAILABLE(error) : undefined;
}

const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code);

const UNAVAILABLE = (cause: Error): ActionableError =>
  new ActionableError(
    "UNAVAILABLE",
    "The directory cannot be read at the moment.",
    "Try again in a few seconds. If it stays, ask the operator to look at GET /ready.",
    { cause },
  );
