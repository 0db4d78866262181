import type { ConsolePeopleQueryVariables } from "#graph/graphql";
import { uncached } from "../graph/client.ts";
import { type Problem, problemsIn } from "../graph/problem.ts";
import type { BY_TIMER } from "../graph/session.ts";
import { hiddenIn, protectsFirstDays } from "../parts/hidden-fields.tsx";
import { PEOPLE } from "./people-columns.tsx";
import { COLUMNS, type ColumnKey, filterOf, orderOf, type PeopleSearch } from "./people-search.ts";

/** The most people in one request. */
export const PAGE_SIZE = 100;

type Asked = Omit<ConsolePeopleQueryVariables, "preHire">;

/** True until the service refuses `isPreHire`, because the company protects first days. */
let asksPreHire = true;

/** A page of people, without `isPreHire` if the viewer may not see it. */
export async function askPeople(variables: Asked, context?: typeof BY_TIMER) {
  const ask = () => uncached.query(PEOPLE, { ...variables, preHire: asksPreHire }, context).toPromise();
  const answer = await ask();
  if (!asksPreHire || !protectsFirstDays(problemsIn(answer.error))) return answer;
  asksPreHire = false;
  return ask();
}

/** Names of fields that the viewer may not see, by an answer's problems. */
export const hiddenOf = (problems: readonly Problem[]): readonly string[] => [
  ...new Set([...hiddenIn(problems), ...(asksPreHire ? [] : ["hireDate"])]),
];

/** Page `page` of the list. Only the first one counts. */
export const variablesOf = (search: PeopleSearch, columns: readonly ColumnKey[], page: number): Asked => ({
  ...askedBy(search, columns),
  skip: page * PAGE_SIZE,
  counts: page === 0,
  walks: false,
});

/** The page after a cursor. Cursors reach every person, while `skip` has a limit. */
export const variablesAfter = (
  search: PeopleSearch,
  columns: readonly ColumnKey[],
  after: string | null,
): Asked => ({ ...askedBy(search, columns), after, counts: false, walks: true });

/** The columns whose fields the query reads only while they are shown; it always reads the other two. */
const OPTIONAL_COLUMNS = COLUMNS.filter((key) => key !== "position" && key !== "status");

const askedBy = (search: PeopleSearch, columns: readonly ColumnKey[]) => ({
  first: PAGE_SIZE,
  filter: filterOf(search),
  orderBy: orderOf(search),
  ...(Object.fromEntries(OPTIONAL_COLUMNS.map((key) => [key, columns.includes(key)])) as Readonly<
    Record<(typeof OPTIONAL_COLUMNS)[number], boolean>
  >),
});

/** The first page, requested before the list existed. The list uses it once. */
let asked: { readonly key: string; readonly answer: ReturnType<typeof askPeople> } | undefined;

export function askFirstPage(search: PeopleSearch, columns: readonly ColumnKey[]): void {
  const variables = variablesOf(search, columns, 0);
  asked = { key: JSON.stringify(variables), answer: askPeople(variables) };
}

/** The answer for these variables, from the early request if there was one. */
export async function answerOf(variables: Asked, context?: typeof BY_TIMER): ReturnType<typeof askPeople> {
  const known = asked?.key === JSON.stringify(variables) ? await asked.answer : undefined;
  asked = undefined;
  // If the early request failed, a new one may succeed now.
  return known?.data ? known : askPeople(variables, context);
}
