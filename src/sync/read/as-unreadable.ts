import { ActionableError } from "../../errors.ts";

/**
 * Returns the error of a failed record. Throws on an abort and on a rejected credential: neither is about one
 * record.
 */
export const asUnreadable =
  (signal: AbortSignal) =>
  (error: unknown): ActionableError => {
    if (signal.aborted || !(error instanceof ActionableError)) throw error;
    if (error.code === "PERSONIO_CREDENTIALS_INVALID") throw error;
    return error;
  };
