import { useEffect, useRef } from "react";
import { type AnyVariables, type TypedDocumentNode, useQuery } from "urql";
import { useConnection } from "./connection.ts";
import { type Problem, problemsIn } from "./problem.ts";
import { TIMER_HEADERS, UNAUTHENTICATED, useSession } from "./session.ts";

export type Answer<Data> = {
  readonly data: Data | undefined;
  /** The first problem; the answer may have data beside it. */
  readonly problem: Problem | undefined;
  /** All of them, such as one for each field that the viewer may not see. */
  readonly problems: readonly Problem[];
  /** True until the first answer; later answers replace the earlier one without a gap. */
  readonly isLoading: boolean;
  /** Asks the service again. */
  readonly again: () => void;
  /** The same for a timer. */
  readonly look: () => void;
};

/** What a query answers, and again after the service was not reachable. */
export function useAnswer<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false }: { readonly pause?: boolean } = {},
): Answer<Data> {
  const [{ data, error, fetching }, ask] = useQuery<Data, AnyVariables>({
    query: document,
    variables,
    pause,
  });
  const again = () => ask({ requestPolicy: "network-only" });
  const look = () => ask({ requestPolicy: "network-only", fetchOptions: { headers: TIMER_HEADERS } });
  const { version } = useConnection();
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    if (!pause) ask({ requestPolicy: "network-only" });
  }, [version, pause, ask]);
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  const problems = problemsIn(error);
  const { hasEnded } = useSession();
  // What was read stays on the page until the user has signed in again, and with it what was typed.
  if (hasEnded && problems[0]?.code === UNAUTHENTICATED) {
    const isLoading = last.current === undefined;
    return { data: last.current, problem: undefined, problems: [], isLoading, again, look };
  }
  return { data, problem: problems[0], problems, isLoading: fetching && data === undefined, again, look };
}
