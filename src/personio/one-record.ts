import { ActionableError } from "../errors.ts";

/**
 * Whether what Personio answered in place of one record may be about that record alone. That the pair is refused, or that we ask too often,
 * is not.
 */
export const isAboutOneRecord = (error: unknown): error is ActionableError =>
  error instanceof ActionableError &&
  error.code !== "PERSONIO_CREDENTIALS_INVALID" &&
  error.code !== "PERSONIO_RATE_LIMITED";
