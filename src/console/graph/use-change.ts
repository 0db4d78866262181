import { useState } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";
import { isPassing, NO_ANSWER, OUTCOME_UNKNOWN, type Problem, problemOf } from "./problem.ts";
import { UNAUTHENTICATED } from "./session.ts";

export type Outcome<Data> =
  | { readonly data: Data; readonly problem?: undefined }
  | { readonly data?: undefined; readonly problem: Problem };

type Change<Data, Variables> = {
  readonly isSending: boolean;
  /** The problem of the last attempt; undefined once another attempt begins. */
  readonly problem: Problem | undefined;
  readonly send: (variables: Variables) => Promise<Outcome<Data>>;
  readonly dismiss: () => void;
};

/** After an outage, queries repeat by themselves; a mutation does not. */
const withoutPromise = (problem: Problem): Problem =>
  isPassing(problem) ? { ...problem, code: OUTCOME_UNKNOWN } : problem;

/**
 * A mutation. It is sent once for each `send` and never repeated by itself: after a lost connection the
 * service may have done it.
 */
export function useChange<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
): Change<Data, Variables> {
  const client = useClient();
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  return {
    isSending,
    problem,
    dismiss: () => setProblem(undefined),
    async send(variables) {
      setSending(true);
      setProblem(undefined);
      const { data, error } = await client.mutation<Data, AnyVariables>(document, variables).toPromise();
      setSending(false);
      // No mutation answers null, so with data the service has done it, even if a part of the answer failed.
      if (data) return { data };
      const refusal = withoutPromise(problemOf(error) ?? NO_ANSWER);
      // The dialog of the ended session explains it; after that, the user sends again.
      if (refusal.code !== UNAUTHENTICATED) setProblem(refusal);
      return { problem: refusal };
    },
  };
}
