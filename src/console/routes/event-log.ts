import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import { useConnection } from "../graph/connection.ts";
import { failureIn, type Problem, problemsIn } from "../graph/problem.ts";
import { useStream } from "../graph/use-stream.ts";
import { keptPlaces } from "../parts/kept-places.ts";
import { EVENTS, type LogEvent, NEWS } from "./event-operations.ts";
import type { EventsSearch, Kind } from "./events-search.ts";
import { begin, FRESH_MAX, type LoadedEvents, withFreshShown, withNews, withOlder } from "./loaded-events.ts";

/** A filter, with the kinds that the viewer may see. */
export type AskedEvents = Omit<EventsSearch, "kind"> & { readonly kind?: readonly Kind[] };

export type EventLog = {
  readonly loaded: LoadedEvents<LogEvent> | undefined;
  /** Why values are missing from the loaded events. */
  readonly failure: Problem | undefined;
  /** Why no page arrived. */
  readonly problem: Problem | undefined;
  readonly isReading: boolean;
  readonly again: () => void;
  readonly readOlder: () => void;
  readonly showFresh: () => void;
};

/** The cursor is no longer in the log, so only a new list is complete. */
const LOST_PLACE: readonly string[] = ["BAD_CURSOR", "CURSOR_EXPIRED"];

/**
 * The events of a filter, the newest first, in pages. New ones arrive over a subscription that begins at the
 * newest position of the first page, and after an interruption behind the last event. So none is lost; one
 * that arrives twice is recognised by its id and dropped.
 */
export function useEventLog(search: AskedEvents): EventLog {
  const pages = usePages(search);
  const { loaded, change, again } = pages;
  const { personIds, ...followed } = filterOf(search);
  useStream(
    NEWS,
    { ...followed, after: loaded?.from ?? null },
    {
      pause: !loaded,
      resumeWith: () => ({ ...followed, after: loaded?.newest ?? null }),
      onData: ({ lifecycleEvent: event }, failed) =>
        change((before) => withNews(before, event, personIds), failed),
      onProblem: ({ code }) => {
        if (!LOST_PLACE.includes(code)) return code === "LAGGED";
        again();
        return false;
      },
    },
  );
  const isTooMuch = (loaded?.freshCount ?? 0) > FRESH_MAX;
  return { ...pages, showFresh: isTooMuch ? again : () => change(withFreshShown) };
}

/** Lists that the back button restores; the stream then continues from their last event. */
const LISTS_MAX = 10;
const useKeptList = keptPlaces<LoadedEvents<LogEvent>>(LISTS_MAX);

type State = {
  readonly key: string;
  readonly list: LoadedEvents<LogEvent>;
  readonly failure: Problem | undefined;
};
const NOTHING = { list: undefined, failure: undefined };

/** Reads the first page of each filter, and older ones on request. Answers to earlier filters are dropped. */
function usePages(search: AskedEvents) {
  const client = useClient();
  const { version } = useConnection();
  const [problem, setProblem] = useState<Problem>();
  const [isReading, setReading] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const variables = filterOf(search);
  const key = JSON.stringify([variables, attempt]);
  const { left, keep } = useKeptList(JSON.stringify(variables));
  const [state, setState] = useState<State | undefined>(left && { key, list: left, failure: undefined });
  const current = useRef(key);
  current.current = key;
  const { list: loaded, failure } = state?.key === key ? state : NOTHING;

  const change = (next: (list: LoadedEvents<LogEvent>) => LoadedEvents<LogEvent>, failed?: Problem): void =>
    setState((before) => before && { ...before, list: next(before.list), failure: before.failure ?? failed });
  const again = (): void => setAttempt((before) => before + 1);
  const read = async (after: string | null): Promise<void> => {
    setReading(true);
    setProblem(undefined);
    const asked = client.query(EVENTS, { ...variables, after }, { requestPolicy: "network-only" });
    const { data, error } = await asked.toPromise();
    if (current.current !== key) return;
    setReading(false);
    const found = failureIn(problemsIn(error), data);
    if (!data) return setProblem(found);
    const page = data.lifecycleEvents;
    if (after === null) return setState({ key, list: begin(page), failure: found });
    setState(
      (before) => before && { key, list: withOlder(before.list, page), failure: before.failure ?? found },
    );
  };
  // The back button restores no list that lacks values: the page reads it again.
  useEffect(() => {
    if (loaded && !failure) keep(loaded);
  }, [keep, loaded, failure]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all that `read` uses.
  useEffect(() => {
    if (!loaded) void read(null);
  }, [key]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a service that answers again is a reason.
  useEffect(() => {
    if (version > 0 && (problem || failure)) again();
  }, [version]);
  const readOlder = (): void => {
    if (loaded?.hasOlder && !isReading) void read(loaded.oldest);
  };
  return { loaded, failure, problem, isReading, change, again, readOlder };
}

const filterOf = ({ kind, department, office, person }: AskedEvents) => ({
  kinds: kind ? [...kind] : null,
  departmentIds: department ?? null,
  officeIds: office ?? null,
  personIds: person ? [person] : null,
});
