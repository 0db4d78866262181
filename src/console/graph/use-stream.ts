import { useEffect, useRef, useSyncExternalStore } from "react";
import { type AnyVariables, type TypedDocumentNode, useClient } from "urql";
import { useConnection } from "./connection.ts";
import { failureIn, isPassing, type Problem, problemOf, problemsIn } from "./problem.ts";
import { BY_TIMER, useSession } from "./session.ts";

/** A browser keeps six connections to one host over HTTP/1.1, and queries need some of them. */
const STREAMS_MAX = 2;

/**
 * The wait before an ended stream restarts. Without it, the page would loop while the service is stopping.
 */
const RESTART_MS = 1_000;

let open = 0;

const isTabHidden = (): boolean => document.hidden;

/** Tabs share the connections, so a tab that no user sees leaves them to the others. */
function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

type StreamOptions<Data, Variables> = {
  readonly pause?: boolean;
  /** Receives each result, and why it lacks a value; the last one may arrive twice. */
  readonly onData: (data: Data, failure: Problem | undefined) => void;
  /** Whether the stream is complete after this result. Otherwise its end is an interruption. */
  readonly isLast?: (data: Data) => boolean;
  /** The variables of a restart, such as a later position than the first one. */
  readonly resumeWith?: () => Variables;
  /** Receives a refusal of the service. The stream then restarts only if this returns true. */
  readonly onProblem?: (problem: Problem) => boolean;
};

/**
 * Follows a subscription while the component is on the page and its tab is visible. A cut stream restarts,
 * also after an outage of the service.
 */
export function useStream<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  options: StreamOptions<Data, Variables>,
): void {
  const client = useClient();
  const { isLost } = useConnection();
  const { hasEnded } = useSession();
  const latest = useRef(options);
  latest.current = options;
  const isHidden = useSyncExternalStore(subscribeToVisibility, isTabHidden);
  const isPaused = options.pause === true || isLost || hasEnded || isHidden;
  const key = JSON.stringify(variables);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for the variables.
  useEffect(() => {
    if (isPaused) return;
    if (open >= STREAMS_MAX) throw new Error(`A page holds at most ${STREAMS_MAX} streams.`);
    open += 1;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let stop = (): void => undefined;
    const start = (context?: typeof BY_TIMER): void => {
      const asked = latest.current.resumeWith?.() ?? variables;
      const source = client.subscription<Data, AnyVariables>(document, asked, context);
      stop = source.subscribe(({ data, error, hasNext }) => {
        if (data) {
          latest.current.onData(data, failureIn(problemsIn(error), data));
          isOver ||= latest.current.isLast?.(data) ?? false;
        }
        const problem = problemOf(error);
        if (problem && !data && !isPassing(problem)) isOver ||= latest.current.onProblem?.(problem) === false;
        clearTimeout(timer);
        // A proxy may cut streams each minute, and no person does that.
        if (!hasNext && !isOver) timer = setTimeout(start, RESTART_MS, BY_TIMER);
      }).unsubscribe;
    };
    start();
    return () => {
      open -= 1;
      clearTimeout(timer);
      stop();
    };
  }, [client, document, key, isPaused]);
}
