import type { CombinedError } from "urql";

/** Why an operation was refused, in the words of the service. */
export type Problem = {
  /** A stable code, such as FORBIDDEN; `NOT_CONNECTED` when no answer came. */
  readonly code: string;
  readonly message: string;
  readonly help?: string | undefined;
  /** Names and numbers from the message, for its sentence in another language. */
  readonly parameters?: unknown;
  /** The place in the answer, such as `people.0.birthday`. */
  readonly path?: string | undefined;
};

const NOT_CONNECTED = "NOT_CONNECTED";

/** The code of a mutation without an answer: the service may have done it, so the page does not repeat it. */
export const OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

/** Codes of outages that pass by themselves. */
const PASSING: readonly string[] = [NOT_CONNECTED, "UNAVAILABLE"];

export const isPassing = ({ code }: Problem): boolean => PASSING.includes(code);

/** Every problem of an answer, in the order of the answer. */
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

/** The problem that decides what the page does: an outage, wherever the answer names it, else the first. */
export const chiefOf = (problems: readonly Problem[]): Problem | undefined =>
  problems.find(isPassing) ?? problems[0];

export const problemOf = (error: CombinedError | undefined): Problem | undefined =>
  chiefOf(problemsIn(error));

/** Whether an answer left out a field because the company protects it from this viewer. */
export const isHidden = ({ code }: Problem): boolean => code === "FORBIDDEN";

/** Why an answer is not what it should be: it has no data, or lacks a value that the viewer may see. */
export const failureIn = (problems: readonly Problem[], data: unknown): Problem | undefined =>
  problems.find((problem) => !isHidden(problem)) ?? (data ? undefined : problems[0]);

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
