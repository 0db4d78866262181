import { useCallback, useEffect, useRef } from "react";
import { type AnyVariables, type TypedDocumentNode, useQuery } from "urql";
import { useConnection } from "./connection.ts";
import { chiefOf, isPassing, type Problem, problemsIn } from "./problem.ts";
import { BY_TIMER, CONSOLE_HEADERS, UNAUTHENTICATED, useSession } from "./session.ts";

export type Answer<Data> = {
  readonly data: Data | undefined;
  /** An outage, else the first problem; the answer may have data beside it. */
  readonly problem: Problem | undefined;
  /** All of them, such as one for each field that the viewer may not see. */
  readonly problems: readonly Problem[];
  /** True until the first answer; later answers replace the earlier one without a gap. */
  readonly isLoading: boolean;
  /** Asks the service again. */
  readonly again: () => void;
  /** The same without a user's action, such as after a timer or at the end of a sync. */
  readonly look: () => void;
};

type AnswerOptions = {
  readonly pause?: boolean;
  /** Uses an answer that the page already has, instead of another request. */
  readonly mayBeKept?: boolean;
  /** The variables changed without a user's action. */
  readonly isLook?: boolean;
};

/** Runs a query, and runs it again after an outage of the service. */
export function useAnswer<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  { pause = false, mayBeKept = false, isLook = false }: AnswerOptions = {},
): Answer<Data> {
  const [{ data, error, fetching, stale }, ask] = useQuery<Data, AnyVariables>({
    query: document,
    variables,
    pause,
    ...(mayBeKept && { requestPolicy: "cache-first" }),
    ...(isLook && { context: BY_TIMER }),
  });
  const { again, look } = useAgain(ask, fetching || stale);
  const { version } = useConnection();
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    if (!pause) ask(LOOK);
  }, [version, pause, ask]);
  const key = JSON.stringify(variables);
  const last = useRef({ key, data });
  // Until other variables are answered, the client shows the earlier data.
  if (data !== undefined && !fetching) last.current = { key, data };
  const problems = problemsIn(error);
  const problem = chiefOf(problems);
  const { hasEnded } = useSession();
  // What was read stays on the page until the user has signed in again, and with it what was typed.
  if (hasEnded && problem?.code === UNAUTHENTICATED) {
    const isLoading = last.current.data === undefined;
    return { data: last.current.data, problem: undefined, problems: [], isLoading, again, look };
  }
  // During an outage, the last answer to the same variables stays too; the shell shows the outage.
  const isKept = last.current.key === key && last.current.data !== undefined;
  if (data === undefined && isKept && problem && isPassing(problem))
    return { data: last.current.data, problem: undefined, problems: [], isLoading: false, again, look };
  return { data, problem, problems, isLoading: fetching && data === undefined, again, look };
}

type Ask = (options: {
  requestPolicy: "network-only";
  fetchOptions?: { headers: Readonly<Record<string, string>> };
}) => void;

const AGAIN = { requestPolicy: "network-only", fetchOptions: { headers: CONSOLE_HEADERS } } as const;
const LOOK = { ...AGAIN, ...BY_TIMER } as const;

/** Repeats a query. The client drops a repetition while the query is in flight, so it follows the answer. */
function useAgain(ask: Ask, isAsking: boolean): Pick<Answer<unknown>, "again" | "look"> {
  const now = useRef({ ask, isAsking });
  now.current = { ask, isAsking };
  const due = useRef<Parameters<Ask>[0]>(undefined);
  useEffect(() => {
    const next = due.current;
    if (isAsking || !next) return;
    due.current = undefined;
    now.current.ask(next);
  }, [isAsking]);
  const again = useCallback(() => {
    if (now.current.isAsking) due.current = AGAIN;
    else now.current.ask(AGAIN);
  }, []);
  const look = useCallback(() => {
    if (now.current.isAsking) due.current ??= LOOK;
    else now.current.ask(LOOK);
  }, []);
  return { again, look };
}
