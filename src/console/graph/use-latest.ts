import { useState } from "react";
import type { AnyVariables, TypedDocumentNode } from "urql";
import { uncached } from "./client.ts";
import { NO_ANSWER, type Problem, problemOf } from "./problem.ts";
import { UNAUTHENTICATED } from "./session.ts";

type Latest<Data> = {
  readonly isReading: boolean;
  /** The problem of the last attempt; undefined once another attempt begins. */
  readonly problem: Problem | undefined;
  /** Undefined without an answer: then the page replaces nothing. */
  readonly read: () => Promise<Data | undefined>;
};

/**
 * Reads what the service has now, before a mutation that replaces a whole list: another administrator may
 * have changed it since the page read it.
 */
export function useLatest<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Latest<Data> {
  const [isReading, setReading] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  return {
    isReading,
    problem,
    async read() {
      setReading(true);
      setProblem(undefined);
      // With the cached client, a refusal would replace the page, which runs the same query.
      const { data, error } = await uncached.query<Data, AnyVariables>(document, variables).toPromise();
      setReading(false);
      if (data) return data;
      const refusal = problemOf(error) ?? NO_ANSWER;
      // The dialog of the ended session explains it; after that, the user sends again.
      if (refusal.code !== UNAUTHENTICATED) setProblem(refusal);
      return undefined;
    },
  };
}
