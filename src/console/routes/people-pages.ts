import { useCallback, useEffect, useRef, useState } from "react";
import type { ConsolePeopleQueryVariables } from "#graph/graphql";
import { uncached } from "../graph/client.ts";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { type Problem, problemOf, problemsIn } from "../graph/problem.ts";
import { hiddenIn } from "../parts/hidden-fields.tsx";
import type { PersonRow } from "./people-columns.tsx";
import { type ColumnKey, filterOf, orderOf, type PeopleSearch } from "./people-search.ts";

/** The most that one request may ask for. */
export const PAGE_SIZE = 100;

/** Pages far away are let go: 4,000 people stay in memory, whatever the length of the list. */
const PAGES_KEPT = 40;

/** While the list moves on, what it passes is not read. Where it jumps to is read at once. */
const SETTLED_MS = 60;

export const PEOPLE = graphql(`
  query ConsolePeople(
    $first: Int!
    $skip: Int!
    $filter: PeopleFilter
    $orderBy: PeopleOrder
    $counts: Boolean!
    $department: Boolean!
    $office: Boolean!
    $supervisor: Boolean!
    $hireDate: Boolean!
    $team: Boolean!
    $legalEntity: Boolean!
    $employmentType: Boolean!
    $workEmail: Boolean!
    $personnelNumber: Boolean!
    $costCenter: Boolean!
  ) {
    people(first: $first, skip: $skip, filter: $filter, orderBy: $orderBy) {
      totalCount @include(if: $counts)
      nodes {
        id
        displayName
        position
        status
        isPreHire
        department @include(if: $department) {
          id
          name
        }
        office @include(if: $office) {
          id
          name
        }
        supervisor @include(if: $supervisor) {
          id
          displayName
        }
        hireDate @include(if: $hireDate)
        team @include(if: $team)
        legalEntity @include(if: $legalEntity) {
          id
          name
        }
        employmentType @include(if: $employmentType)
        workEmail @include(if: $workEmail)
        employeeId @include(if: $personnelNumber)
        costCenter @include(if: $costCenter)
      }
    }
  }
`);

/** What a column needs is asked for only while the column is shown. */
export function variablesOf(
  search: PeopleSearch,
  columns: readonly ColumnKey[],
  page: number,
): ConsolePeopleQueryVariables {
  const has = (key: ColumnKey): boolean => columns.includes(key);
  return {
    first: PAGE_SIZE,
    skip: page * PAGE_SIZE,
    filter: filterOf(search),
    orderBy: orderOf(search),
    counts: page === 0,
    department: has("department"),
    office: has("office"),
    supervisor: has("supervisor"),
    hireDate: has("hireDate"),
    team: has("team"),
    legalEntity: has("legalEntity"),
    employmentType: has("employmentType"),
    workEmail: has("workEmail"),
    personnelNumber: has("personnelNumber"),
    costCenter: has("costCenter"),
  };
}

const ask = (variables: ConsolePeopleQueryVariables) => uncached.query(PEOPLE, variables).toPromise();

/** The first page that was asked for before the list was there; the list takes it once. */
let asked: { readonly key: string; readonly answer: ReturnType<typeof ask> } | undefined;

export function askFirstPage(search: PeopleSearch, columns: readonly ColumnKey[]): void {
  const variables = variablesOf(search, columns, 0);
  asked = { key: JSON.stringify(variables), answer: ask(variables) };
}

async function answerOf(variables: ConsolePeopleQueryVariables): ReturnType<typeof ask> {
  const known = asked?.key === JSON.stringify(variables) ? await asked.answer : undefined;
  asked = undefined;
  // What was refused or lost before may be answered now.
  return known?.data ? known : ask(variables);
}

type Pages = {
  /** Which list this is; rows of an earlier one stay until the first page of the next has come. */
  readonly key: string;
  /** The people and their order, whatever is shown of them. */
  readonly listKey: string;
  readonly count: number;
  readonly rows: ReadonlyMap<number, readonly PersonRow[]>;
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
};

/** The list of people by pages: those in the window are fetched, wherever a jump leads. */
export function usePeoplePages(search: PeopleSearch, columns: readonly ColumnKey[]): PeoplePages {
  const { version } = useConnection();
  const [attempt, setAttempt] = useState(0);
  const [pages, setPages] = useState<Pages>();
  const [problem, setProblem] = useState<Problem>();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const key = JSON.stringify([variablesOf(search, columns, 0), version, attempt]);
  const wanted = useRef({ key, search, columns });
  wanted.current = { key, search, columns };
  const pending = useRef(new Set<string>());
  const shown = useRef(pages);
  shown.current = pages;

  const load = useCallback(async (page: number): Promise<void> => {
    const { key, search, columns } = wanted.current;
    const name = `${page} ${key}`;
    if (pending.current.has(name)) return;
    pending.current.add(name);
    const variables = variablesOf(search, columns, page);
    const { data, error } = await answerOf(variables);
    pending.current.delete(name);
    // An answer of a list that is no longer wanted.
    if (wanted.current.key !== key) return;
    setProblem(data ? undefined : problemOf(error));
    if (!data) return;
    if (page === 0) setHidden(hiddenIn(problemsIn(error)));
    const { nodes, totalCount } = data.people;
    setPages((before) => {
      if (page === 0) {
        const listKey = JSON.stringify([variables.filter, variables.orderBy]);
        return { key, listKey, count: totalCount ?? nodes.length, rows: new Map([[0, nodes]]) };
      }
      return before?.key === key ? { ...before, rows: keepNear(before.rows, page, nodes) } : before;
    });
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another list.
  useEffect(() => void load(0), [load, key]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const range = useRef<readonly [number, number]>([0, 0]);
  const movedAt = useRef(0);
  const onRange = useCallback(
    (first: number, last: number) => {
      range.current = [first, last];
      clearTimeout(timer.current);
      const stoodMs = performance.now() - movedAt.current;
      movedAt.current += stoodMs;
      const read = (): void => {
        const current = shown.current;
        if (!current || current.key !== wanted.current.key || current.count === 0) return;
        const [from, to] = [first, last].map((index) => Math.floor(index / PAGE_SIZE));
        for (let page = from ?? 0; page <= (to ?? 0); page += 1) if (!current.rows.has(page)) void load(page);
      };
      if (stoodMs > SETTLED_MS) read();
      else timer.current = setTimeout(read, SETTLED_MS);
    },
    [load],
  );
  // A list that was read again has its first page alone, and the window may be elsewhere.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another list has come.
  useEffect(() => onRange(...range.current), [onRange, pages?.key]);
  const rowAt = useCallback(
    (index: number) => pages?.rows.get(Math.floor(index / PAGE_SIZE))?.[index % PAGE_SIZE],
    [pages],
  );
  return {
    count: pages?.count,
    listKey: pages?.listKey ?? "",
    isBehind: pages !== undefined && pages.key !== key,
    problem,
    hidden,
    rowAt,
    onRange,
    again: () => setAttempt((before) => before + 1),
  };
}

/** The pages with one more, without those that are farthest from it. */
function keepNear(
  pages: Pages["rows"],
  page: number,
  rows: readonly PersonRow[],
): ReadonlyMap<number, readonly PersonRow[]> {
  const all = [...pages, [page, rows] as const];
  if (all.length <= PAGES_KEPT) return new Map(all);
  const distanceOf = ([other]: readonly [number, unknown]): number => Math.abs(other - page);
  return new Map(all.sort((one, other) => distanceOf(one) - distanceOf(other)).slice(0, PAGES_KEPT));
}
