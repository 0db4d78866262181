import { asUnavailable, isErrorCode } from "../../database/database-errors.ts";
import { ActionableError, badUserInput } from "../../errors.ts";

/** A byte that Postgres keeps in no text: NUL, raw or as an escape inside JSON. */
const NUL_CODES = ["22021", "22P05"];

/**
 * What a caller can do about an error that came from the database: try again later, or leave out a character that no text may
 * hold. `undefined` for every other error.
 */
export function databaseFault(error: unknown): ActionableError | undefined {
  if (isErrorCode(error, ...NUL_CODES)) {
    return badUserInput(
      "A text contains a character that the database cannot store (U+0000).",
      "Remove the NUL character.",
    );
  }
  const known = asUnavailable(error);
  return known instanceof ActionableError ? known : undefined;
}
