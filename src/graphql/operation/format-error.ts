import { randomUUID } from "node:crypto";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { asUnavailable, isErrorCode } from "../../database/database-errors.ts";
import { ActionableError, badUserInput } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { locationsOf } from "./locations.ts";

export type FormatError = (error: unknown) => GraphQLFormattedError;

/**
 * Formats errors for callers, in the same way for all transports:
 *
 * - an `ActionableError`, or a database that is unavailable: its message, its code, and its help;
 * - an error of the request itself, found before execution: its message and its code;
 * - any other error is internal, and its message may contain personal data: only an id, which the log entry
 *   of the error also contains.
 */
export function createFormatError(log: Logger): FormatError {
  // One failed read can fail many fields with the same error, which is logged once.
  const incidents = new WeakMap<object, string>();

  return (error) => {
    const graphqlError = isGraphQLError(error) ? error : undefined;
    const cause = originOf(error);
    const known = cause instanceof ActionableError ? cause : databaseFault(cause);
    if (known) {
      const { code, help, details } = known;
      return answer(graphqlError, known.message, { code, help, ...details });
    }

    const code = graphqlError?.extensions?.code;
    if (graphqlError && cause === graphqlError && typeof code === "string") {
      return answer(graphqlError, graphqlError.message, { code });
    }
    const id = incidents.get(asKey(cause)) ?? report(cause, graphqlError, log);
    incidents.set(asKey(cause), id);
    return answer(graphqlError, "Internal server error", { code: "INTERNAL_SERVER_ERROR", id });
  };
}

/** Wraps an error that refuses a whole operation, as graphql-js requires. */
export const toGraphQLError = (error: ActionableError): GraphQLError =>
  new GraphQLError(error.message, { originalError: error });

function answer(
  at: GraphQLError | undefined,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLFormattedError {
  const locations = at?.locations ?? locationsOf(at?.nodes);
  return {
    message,
    ...(locations && { locations }),
    ...(at?.path && { path: at.path }),
    extensions,
  };
}

/** Logs the error and its path, without its message: that may quote a row or an argument. */
function report(cause: unknown, at: GraphQLError | undefined, log: Logger): string {
  const id = randomUUID();
  const error = cause instanceof Error ? cause : new Error("not an error");
  log.error(
    {
      errorId: id,
      path: at?.path?.join("."),
      error: error.name,
      sqlState: stringProperty(error, "code"),
      query: /^\s*\/\*\s*(\S+)\s*\*\//.exec(stringProperty(error, "query") ?? "")?.[1],
      stack: error.stack?.split("\n").filter((line) => line.startsWith("    at ")),
    },
    "graphql field failed",
  );
  return id;
}

// Not by `instanceof`: a gateway in the same process has its own copy of graphql, with a class of its own.
const isGraphQLError = (error: unknown): error is GraphQLError =>
  error instanceof Error && "locations" in error && "extensions" in error;

function originOf(error: unknown): unknown {
  let origin = error;
  while (isGraphQLError(origin) && origin.originalError) origin = origin.originalError;
  return origin;
}

const asKey = (cause: unknown): object => (typeof cause === "object" && cause ? cause : { cause });

function stringProperty(error: Error, name: string): string | undefined {
  const value: unknown = Reflect.get(error, name);
  return typeof value === "string" ? value : undefined;
}

/** The SQL states for NUL, which Postgres stores in no text: as a raw byte, and as an escape in JSON. */
const NUL_CODES = ["22021", "22P05"];

/**
 * The error of the database as one that the caller can act on: retry later, or remove a character that
 * Postgres cannot store. `undefined` for every other error.
 */
function databaseFault(error: unknown): ActionableError | undefined {
  if (isErrorCode(error, ...NUL_CODES)) {
    return badUserInput(
      "A text contains a character that the database cannot store (U+0000).",
      "Remove the NUL character.",
    );
  }
  const known = asUnavailable(error);
  return known instanceof ActionableError ? known : undefined;
}
