import { useCallback, useEffect, useRef, useState } from "react";
import { useConnection } from "../graph/connection.ts";
import { failureIn, type Problem, problemsIn } from "../graph/problem.ts";
import { BY_TIMER } from "../graph/session.ts";
import { keepNear } from "./kept-pages.ts";
import type { PersonRow } from "./people-columns.tsx";
import { answerOf, hiddenOf, PAGE_SIZE, variablesOf } from "./people-query.ts";
import type { ColumnKey, PeopleSearch } from "./people-search.ts";

/**
 * The farthest row of a jump: the most rows that the service skips, and a page. In larger companies, users
 * filter.
 */
export const LIST_MAX = 200_000 + PAGE_SIZE;

/** A list that keeps moving does not read the pages that it passes. A jump reads at once. */
const SETTLED_MS = 60;

type Pages = {
  /** Identifies the list. Rows of an earlier list stay until the first page of the next one has arrived. */
  readonly key: string;
  /** The people and their order, whatever the columns. */
  readonly listKey: string;
  readonly count: number;
  readonly rows: ReadonlyMap<number, readonly PersonRow[]>;
  /** Why values are missing from the rows. */
  readonly failure: Problem | undefined;
};

export type PeoplePages = {
  /** Undefined until the first answer. */
  readonly count: number | undefined;
  readonly listKey: string;
  /** The rows are those of an earlier list. */
  readonly isBehind: boolean;
  readonly problem: Problem | undefined;
  /** Names of fields that the viewer may not see. */
  readonly hidden: readonly string[];
  readonly rowAt: (index: number) => PersonRow | undefined;
  readonly onRange: (first: number, last: number) => void;
  readonly again: () => void;
  /** The same without a user's action, such as after a sync. */
  readonly look: () => void;
};

/** The list of people by pages. It fetches the pages in the window, also after a jump. */
export function usePeoplePages(search: PeopleSearch, columns: readonly ColumnKey[]): PeoplePages {
  const { version } = useConnection();
  const { attempt, again, look, contextOf } = useAttempts();
  const [pages, setPages] = useState<Pages>();
  const [problem, setProblem] = useState<Problem>();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const key = JSON.stringify([variablesOf(search, columns, 0), version, attempt]);
  const wanted = useRef({ key, search, columns });
  wanted.current = { key, search, columns };
  const pending = useRef(new Set<string>());
  const shown = useRef(pages);
  shown.current = pages;

  const load = useCallback(async (page: number, context?: typeof BY_TIMER): Promise<void> => {
    const { key, search, columns } = wanted.current;
    const name = `${page} ${key}`;
    if (pending.current.has(name)) return;
    pending.current.add(name);
    const variables = variablesOf(search, columns, page);
    const { data, error } = await answerOf(variables, context);
    pending.current.delete(name);
    // The answer belongs to a list that is no longer shown.
    if (wanted.current.key !== key) return;
    const problems = problemsIn(error);
    const failure = failureIn(problems, data);
    setProblem(data ? undefined : failure);
    if (!data) return;
    if (page === 0) setHidden(hiddenOf(problems));
    const { nodes, totalCount } = data.people;
    setPages((before) => {
      if (page === 0) {
        const listKey = JSON.stringify([variables.filter, variables.orderBy]);
        return { key, listKey, count: totalCount ?? nodes.length, rows: new Map([[0, nodes]]), failure };
      }
      if (before?.key !== key) return before;
      return { ...before, rows: keepNear(before.rows, page, nodes), failure: before.failure ?? failure };
    });
  }, []);

  useEffect(() => void load(0, contextOf(key)), [load, contextOf, key]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const range = useRef<readonly [number, number]>([0, 0]);
  const movedAt = useRef(0);
  const onRange = useCallback(
    (first: number, last: number, context?: typeof BY_TIMER) => {
      range.current = [first, last];
      clearTimeout(timer.current);
      const stoodMs = performance.now() - movedAt.current;
      movedAt.current += stoodMs;
      const read = (): void => {
        const current = shown.current;
        if (!current || current.key !== wanted.current.key || current.count === 0) return;
        const [from, to] = [first, last].map((index) => Math.floor(index / PAGE_SIZE));
        for (let page = from ?? 0; page <= (to ?? 0); page += 1)
          if (!current.rows.has(page)) void load(page, context);
      };
      if (stoodMs > SETTLED_MS) read();
      else timer.current = setTimeout(read, SETTLED_MS);
    },
    [load],
  );
  // A new list arrives with its first page only, and the window may be elsewhere.
  useEffect(() => onRange(...range.current, contextOf(pages?.key)), [onRange, contextOf, pages?.key]);
  const rowAt = useCallback(
    (index: number) => pages?.rows.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE],
    [pages],
  );
  return {
    count: pages?.count,
    listKey: pages?.listKey ?? "",
    isBehind: pages !== undefined && pages.key !== key,
    problem: problem ?? pages?.failure,
    hidden,
    rowAt,
    onRange,
    again,
    look,
  };
}

/** Counts the repetitions of the list, and notes which of them no user asked for. */
function useAttempts() {
  const [attempt, setAttempt] = useState(0);
  const isLook = useRef(false);
  const looked = useRef<string>(undefined);
  const contextOf = useCallback((key: string | undefined): typeof BY_TIMER | undefined => {
    if (isLook.current) looked.current = key;
    isLook.current = false;
    return key !== undefined && looked.current === key ? BY_TIMER : undefined;
  }, []);
  const again = (): void => setAttempt((before) => before + 1);
  const look = (): void => {
    isLook.current = true;
    again();
  };
  return { attempt, again, look, contextOf };
}
