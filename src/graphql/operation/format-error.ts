import { randomUUID } from "node:crypto";
import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { asUnavailable, isErrorCode } from "../../database/database-errors.ts";
import { ActionableError, badUserInput } from "../../errors.ts";
import type { Logger } from "../../log.ts";
import { placesOf } from "./places.ts";

export type FormatError = (error: unknown) => GraphQLFormattedError;

/**
 * What callers are told of an error, the same over HTTP and over WebSocket:
 *
 * - an `ActionableError`, or a database that cannot answer now: its message, its code, and what to do;
 * - a fault that the request itself has, found before anything ran: the message and code it was refused with;
 * - anything else is our fault, and its words may quote somebody's data: an id, under which the log knows more.
 */
export function createFormatError(log: Logger): FormatError {
  // One failed read fails many fields. They all carry the same error, and it is logged once.
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

/** The form in which GraphQL's own code takes an error that refuses a whole operation. */
export const toGraphQLError = (error: ActionableError): GraphQLError =>
  new GraphQLError(error.message, { originalError: error });

function answer(
  at: GraphQLError | undefined,
  message: string,
  extensions: Record<string, unknown>,
): GraphQLFormattedError {
  const locations = at?.locations ?? placesOf(at?.nodes);
  return {
    message,
    ...(locations && { locations }),
    ...(at?.path && { path: at.path }),
    extensions,
  };
}

/** Logs what is wrong and where, without the error's message: it may quote a row or an argument. */
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

// By its properties: a second copy of graphql, as a gateway in the same process has, brings a class of its own.
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

/** A byte that Postgres keeps in no text: NUL, raw or as an escape inside JSON. */
const NUL_CODES = ["22021", "22P05"];

/**
 * What a caller can do about an error that came from the database: try again later, or leave out a character that no text may
 * hold. `undefined` for every other error.
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
