import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import type { ConsoleLiveRunSubscription } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useStream } from "../graph/use-stream.ts";

const LIVE_RUN = graphql(`
  subscription ConsoleLiveRun {
    syncRunProgress {
      id
      trigger
      status
      startedAt
      finishedAt
      employeesRead
      employeesTotal
    }
  }
`);

export type LiveRun = ConsoleLiveRunSubscription["syncRunProgress"];

const LiveRunContext = createContext<LiveRun | undefined>(undefined);

/** Follows the runs for the whole page: the banners and the screen share one stream. */
export function LiveRuns({ pause, children }: { readonly pause: boolean; readonly children: ReactNode }) {
  const [run, setRun] = useState<LiveRun>();
  useStream(LIVE_RUN, {}, { pause, onData: ({ syncRunProgress }) => setRun(syncRunProgress) });
  return <LiveRunContext value={run}>{children}</LiveRunContext>;
}

type RunState = Pick<LiveRun, "id" | "status">;

const stateOf = (run: RunState | null | undefined): string => (run ? `${run.id} ${run.status}` : "");

/**
 * The run that has changed last, live. `onChange` is called when the status of a run changes, because the
 * screen is then out of date. Pass a `look`, because the call does not come from a user's action. The first
 * state, which may be newer than the screen, also causes a call. The screen of one run passes that run as
 * `known`, and then gets a call only for changes of its status.
 */
export function useLiveRun(onChange: () => void, known?: RunState | null): LiveRun | undefined {
  const live = useContext(LiveRunContext);
  const state = stateOf(live);
  const seen = useRef(state);
  const isOutdated = live !== undefined && known?.id === live.id && known.status !== live.status;
  const latest = useRef({ onChange, comparesFirst: known !== undefined });
  latest.current = { onChange, comparesFirst: known !== undefined };
  useEffect(() => {
    const isFirst = seen.current === "";
    const isNew = seen.current !== state && !(isFirst && latest.current.comparesFirst);
    seen.current = state;
    if (isNew || isOutdated) latest.current.onChange();
  }, [state, isOutdated]);
  return live;
}
