import type { FormattedExecutionResult, GraphQLError } from "graphql";
import type { FormatError } from "./format-error.ts";

/** What an execution gives, whoever's type it has. */
type Result = {
  readonly data?: Record<string, unknown> | null | undefined;
  readonly errors?: readonly GraphQLError[] | undefined;
};

/** A result as it goes on the wire. */
export const formatResult = (
  { data, errors }: Result,
  formatError: FormatError,
): FormattedExecutionResult => ({
  ...(errors && { errors: errors.map(formatError) }),
  ...(data !== undefined && { data }),
});
