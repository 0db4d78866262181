import type { FormattedExecutionResult, GraphQLError } from "graphql";
import type { FormatError } from "./format-error.ts";

/** An execution result, of graphql-js or of graphql-ws. */
export type Result = {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
};

/** Formats a result for transmission. */
export const formatResult = (
  { data, errors }: Result,
  formatError: FormatError,
): FormattedExecutionResult => ({
  ...(errors && { errors: errors.map(formatError) }),
  ...(data !== undefined && { data }),
});
