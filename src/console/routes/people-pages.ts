import { useCallback, useEffect, useRef, useState } from "react";
import type { ConsolePeopleQueryVariables } from "#graph/graphql";
import { uncached } from "../graph/client.ts";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { type Problem, problemOf, problemsIn } from "../graph/problem.ts";
import { BY_TIMER } from "../graph/session.ts";
import { hiddenIn, protectsFirstDays } from "../parts/hidden-fields.tsx";
import type { PersonRow } from "./people-columns.tsx";
import { type ColumnKey, filterOf, orderOf, type PeopleSearch } from "./people-search.ts";

/** The most that one request may ask for. */
const PAGE_SIZE = 100;

/** As far as a jump reaches: the most that the service skips, and a page. Larger companies have filters. */
export const LIST_MAX = 200_000 + PAGE_SIZE;

/** Pages far away are let go: 4,000 people stay in memory, whatever the length of the list. */
const PAGES_KEPT = 40;

/** While the list moves on, what it passes is not read. */
const SETTLED_MS = 60;

const PEOPLE = graphql(`
  query ConsolePeople(
    $first: Int!
    $skip: Int
    $after: String
    $walks: Boolean!
    $preHire: Boolean!
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
    people(first: $first, skip: $skip, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount @include(if: $counts)
      pageInfo @include(if: $walks) {
        endCursor
        hasNextPage
      }
      nodes {
        id
        displayName
        position
        status
        isPreHire @include(if: $preHire)
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

type Asked = Omit<ConsolePeopleQueryVariables, "preHire">;

/** Until the service refuses to say who has not started, because the company protects first days. */
let asksPreHire = true;

/** A page of people, without who has not started where the viewer may not see that. */
export async function askPeople(variables: Asked, context?: typeof BY_TIMER) {
  const ask = () => uncached.query(PEOPLE, { ...variables, preHire: asksPreHire }, context).toPromise();
  const answer = await ask();
  if (!asksPreHire || !protectsFirstDays(problemsIn(answer.error))) return answer;
  asksPreHire = false;
  return ask();
}

const hiddenOf = (problems: readonly Problem[]): readonly string[] => [
  ...new Set([...hiddenIn(problems), ...(asksPreHire ? [] : ["hireDate"])]),
];

/** Page `page` of the list. Only the first one counts. */
const variablesOf = (search: PeopleSearch, columns: readonly ColumnKey[], page: number): Asked => ({
  ...askedBy(search, columns),
  skip: page * PAGE_SIZE,
  counts: page === 0,
  walks: false,
});

/** The page after a cursor: a walk reaches everyone, and `skip` has a limit. */
export const variablesAfter = (
  search: PeopleSearch,
  columns: readonly ColumnKey[],
  after: string | null,
): Asked => ({ ...askedBy(search, columns), after, counts: false, walks: true });

/** What a column needs is asked for only while the column is shown. */
function askedBy(search: PeopleSearch, columns: readonly ColumnKey[]) {
  const has = (key: ColumnKey): boolean => columns.includes(key);
  return {
    first: PAGE_SIZE,
    filter: filterOf(search),
    orderBy: orderOf(search),
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
  /** The same for what no person caused, such as a sync that has ended. */
  readonly look: () => void;
};

/** The list of people by pages: those in the window are fetched, wherever a jump leads. */
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
    const { data, error } = await askPeople(variables, context);
    pending.current.delete(name);
    // An answer of a list that is no longer wanted.
    if (wanted.current.key !== key) return;
    setProblem(data ? undefined : problemOf(error));
    if (!data) return;
    if (page === 0) setHidden(hiddenOf(problemsIn(error)));
    const { nodes, totalCount } = data.people;
    setPages((before) => {
      if (page === 0) {
        const listKey = JSON.stringify([variables.filter, variables.orderBy]);
        return { key, listKey, count: totalCount ?? nodes.length, rows: new Map([[0, nodes]]) };
      }
      return before?.key === key ? { ...before, rows: keepNear(before.rows, page, nodes) } : before;
    });
  }, []);

  useEffect(() => void load(0, contextOf(key)), [load, contextOf, key]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const range = useRef<readonly [number, number]>([0, 0]);
  const onRange = useCallback(
    (first: number, last: number, context?: typeof BY_TIMER) => {
      range.current = [first, last];
      clearTimeout(timer.current);
      timer.current = setTimeout(() => {
        const current = shown.current;
        if (!current || current.key !== wanted.current.key || current.count === 0) return;
        const [from, to] = [first, last].map((index) => Math.floor(index / PAGE_SIZE));
        for (let page = from ?? 0; page <= (to ?? 0); page += 1)
          if (!current.rows.has(page)) void load(page, context);
      }, SETTLED_MS);
    },
    [load],
  );
  // Another list that has come has its first page alone, and the window may be elsewhere.
  useEffect(() => onRange(...range.current, contextOf(pages?.key)), [onRange, contextOf, pages?.key]);
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
    again,
    look,
  };
}

/** How often the list was asked for again, and which list no person asked for. */
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
