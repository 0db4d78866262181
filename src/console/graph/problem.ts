import type { CombinedError } from "urql";

/** Why an operation was refused, in the words of the service. */
export type Problem = {
  /** A stable code, such as FORBIDDEN; `NOT_CONNECTED` when no answer came. */
  readonly code: string;
  readonly message: string;
  readonly help?: string | undefined;
  /** Names and numbers of the message, for its sentence in another language. */
  readonly parameters?: unknown;
  /** Where in the answer, such as `people.0.birthday`. */
  readonly path?: string | undefined;
};

export const NOT_CONNECTED = "NOT_CONNECTED";

/** Of a mutation that got no answer: the service may have done it, and the page does not send it again. */
export const OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

/** Codes of a service that answers again by itself. */
const PASSING: readonly string[] = [NOT_CONNECTED, "UNAVAILABLE"];

export const isPassing = ({ code }: Problem): boolean => PASSING.includes(code);

/** Every problem of an answer, in its order. */
export function problemsIn(error: CombinedError | undefined): readonly Problem[] {
  if (!error) return [];
  if (error.networkError) return [{ code: NOT_CONNECTED, message: error.networkError.message }];
  return error.graphQLErrors.map(({ message, path, extensions }) => ({
    code: textOf(extensions.code) ?? "INTERNAL_SERVER_ERROR",
    message,
    help: textOf(extensions.help),
    parameters: extensions,
    path: path?.join("."),
  }));
}

export const NO_ANSWER: Problem = { code: "INTERNAL_SERVER_ERROR", message: "The service sent no answer." };

export const problemOf = (error: CombinedError | undefined): Problem | undefined => problemsIn(error)[0];

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
