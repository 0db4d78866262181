import { ActionableError } from "../errors.ts";
import type { RequestContext } from "../request/request-context.ts";

/**
 * The most errors of one answer. Each takes some 20 µs of CPU and 300 bytes, and the costs of the schema do
 * not include them. A gateway that sends the most representations, and no correct one, still gets an error
 * for each.
 */
const ERRORS_MAX = 10_000;

export type ErrorBudget = {
  readonly countErrors: RequestContext["countErrors"];
  /** Resolves when the answer would contain more errors; else it stays pending. */
  readonly exceeded: Promise<ActionableError>;
};

/** Counts the errors of one request. */
export function createErrorBudget(): ErrorBudget {
  const { promise: exceeded, resolve } = Promise.withResolvers<ActionableError>();
  const pending = new Promise<never>(() => undefined);
  let count = 0;
  return {
    exceeded,
    countErrors(errors) {
      count += errors;
      if (count <= ERRORS_MAX) return null;
      resolve(tooManyErrors());
      return pending;
    },
  };
}

const tooManyErrors = (): ActionableError =>
  new ActionableError(
    "LIMIT_COST",
    `The answer would contain more than ${ERRORS_MAX} errors.`,
    "Request fewer objects, and only fields that you may see. Representations need the key of an entity.",
  );
