import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";
import type { ConsoleComingQuery } from "#graph/graphql";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { failureIn, type Problem, problemsIn } from "../graph/problem.ts";
import type { DatedKind } from "./events-search.ts";
import "./person-of-row.tsx";

const COMING = graphql(`
  query ConsoleComing(
    $from: LocalDate!
    $to: LocalDate!
    $kinds: [LifecycleEventKind!]
    $after: String
    $isHr: Boolean!
  ) {
    upcomingLifecycleEvents(from: $from, to: $to, kinds: $kinds, after: $after, first: 100) {
      nodes {
        kind
        occursOn
        firesOn
        offsetDays
        years
        timeZone
        suppressedBecause @include(if: $isHr)
        suppressionReason @include(if: $isHr)
        person {
          ...PersonOfRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

export type ComingDate = ConsoleComingQuery["upcomingLifecycleEvents"]["nodes"][number];

export type ForecastRange = {
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly DatedKind[] | null;
  readonly isHr: boolean;
};

type Read = {
  readonly dates: readonly ComingDate[];
  readonly after: string | null;
  /** Why values are missing from the dates. */
  readonly failure: Problem | undefined;
};

export type Forecast = {
  /** Undefined until the first answer; `after` is null at the end. */
  readonly read: Read | undefined;
  readonly problem: Problem | undefined;
  readonly isReading: boolean;
  readonly again: () => void;
  readonly more: () => void;
};

const BEGIN: Read = { dates: [], after: null, failure: undefined };

/**
 * The dates of a range in pages of a hundred. Reads `pages` of them at once, and as many again on request.
 */
export function useForecast(range: ForecastRange, pages: number): Forecast {
  const client = useClient();
  const { version } = useConnection();
  const [state, setState] = useState<{ readonly key: string; readonly read: Read }>();
  const [problem, setProblem] = useState<Problem>();
  const [isReading, setReading] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify([range, attempt]);
  const current = useRef(key);
  current.current = key;

  const readOn = async (from: Read): Promise<void> => {
    setReading(true);
    setProblem(undefined);
    let read = from;
    for (let page = 0; page < pages; page += 1) {
      const variables = { ...range, kinds: range.kinds && [...range.kinds], after: read.after };
      const asked = client.query(COMING, variables, { requestPolicy: "network-only" });
      const { data, error } = await asked.toPromise();
      if (current.current !== key) return;
      const failure = failureIn(problemsIn(error), data);
      if (!data) {
        setProblem(failure);
        break;
      }
      const { nodes, pageInfo } = data.upcomingLifecycleEvents;
      const after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      read = { dates: [...read.dates, ...nodes], after, failure: read.failure ?? failure };
      setState({ key, read });
      if (after === null) break;
    }
    setReading(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for all that `readOn` uses.
  useEffect(() => void readOn(BEGIN), [key]);
  const again = (): void => setAttempt((before) => before + 1);
  const read = state?.key === key ? state.read : undefined;
  const shown = problem ?? read?.failure;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a service that answers again is a reason.
  useEffect(() => {
    if (version > 0 && shown) again();
  }, [version]);
  return {
    read,
    problem: shown,
    isReading,
    again,
    more: () => {
      if (read?.after && !isReading) void readOn(read);
    },
  };
}
