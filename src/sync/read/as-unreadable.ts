import { ActionableError } from "../../errors.ts";

/** The error that Personio gave instead of a record. Throws an abort, and a rejected credential: neither is about one record. */
export const asUnreadable =
  (signal: AbortSignal) =>
  (error: unknown): ActionableError => {
    if (signal.aborted || !(error instanceof ActionableError)) throw error;
    if (error.code === "PERSONIO_CREDENTIALS_INVALID") throw error;
    return error;
  };
