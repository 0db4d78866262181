import { useRef, useState } from "react";
import { failureIn, NO_ANSWER, type Problem as ProblemOf, problemsIn } from "../graph/problem.ts";
import { Button } from "../parts/button.tsx";
import { saveFile } from "../parts/save-file.ts";
import { Problem } from "../parts/states.tsx";
import type { Texts } from "../texts/en.ts";
import { type Format, useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import { toCsv } from "./csv.ts";
import { csvTextOf, type PersonRow } from "./people-columns.tsx";
import { askPeople, variablesAfter } from "./people-query.ts";
import type { ColumnKey, PeopleSearch } from "./people-search.ts";

type ExportProps = {
  readonly search: PeopleSearch;
  readonly columns: readonly ColumnKey[];
  readonly count: number;
};

/** The code of a rate limit, which passes after a wait. */
const RATE_LIMITED = "LIMIT_RATE";
const RATE_WAIT_MS = 5_000;

/** Writes the list as it is filtered and ordered into a file of the user. */
export function ExportButton({ search, columns, count }: ExportProps) {
  const texts = useTexts();
  const format = useFormat();
  const [done, setDone] = useState<number>();
  const [problem, setProblem] = useState<ProblemOf>();
  const current = useRef<AbortController>(undefined);
  const { people } = texts;

  const exportAll = async (): Promise<void> => {
    const controller = new AbortController();
    const { signal } = controller;
    current.current = controller;
    setProblem(undefined);
    setDone(0);
    const rows: PersonRow[] = [];
    // Reads up to the last page instead of up to `count`, which may belong to an earlier list.
    for (let after: string | null = null, isLast = false; !isLast; ) {
      const answer = await readPage(search, columns, after, signal);
      if (signal.aborted) return;
      if ("problem" in answer) {
        // An incomplete file would look complete.
        setProblem(answer.problem);
        setDone(undefined);
        return;
      }
      rows.push(...answer.rows);
      setDone(rows.length);
      after = answer.next;
      isLast = after === null;
    }
    setDone(undefined);
    if (rows.length > 0)
      saveFile(csvOf(rows, columns, { texts, format }), { name: fileName(), type: "text/csv;charset=utf-8" });
  };
  const cancel = (): void => {
    current.current?.abort();
    setDone(undefined);
  };
  if (done !== undefined)
    return <Button onClick={cancel}>{people.exporting(format.number(done), format.number(count))}</Button>;
  return (
    <>
      {count > 0 && <Button onClick={() => void exportAll()}>{people.export}</Button>}
      {problem && <Problem problem={problem} title={people.exportFailed} />}
    </>
  );
}

type PageAnswer =
  | { readonly rows: readonly PersonRow[]; readonly next: string | null }
  | { readonly problem: ProblemOf };

async function readPage(
  search: PeopleSearch,
  columns: readonly ColumnKey[],
  after: string | null,
  signal: AbortSignal,
): Promise<PageAnswer> {
  const variables = variablesAfter(search, columns, after);
  while (!signal.aborted) {
    const { data, error } = await askPeople(variables);
    // In the file, a value that the service could not read would look like no value.
    const problem = failureIn(problemsIn(error), data);
    if (problem?.code === RATE_LIMITED) await new Promise((resolve) => setTimeout(resolve, RATE_WAIT_MS));
    else if (data && !problem) {
      const { nodes, pageInfo } = data.people;
      return { rows: nodes, next: pageInfo?.hasNextPage ? (pageInfo.endCursor ?? null) : null };
    } else return { problem: problem ?? NO_ANSWER };
  }
  // A cancelled export drops its last page.
  return { rows: [], next: null };
}

function csvOf(
  rows: readonly PersonRow[],
  columns: readonly ColumnKey[],
  words: { readonly texts: Texts; readonly format: Format },
): string {
  const { people } = words.texts;
  const header = [people.columns.name, ...columns.map((key) => people.columns[key])];
  return toCsv([
    header,
    ...rows.map((row) => [row.displayName, ...columns.map((key) => csvTextOf(key, row, words))]),
  ]);
}

/** The day on the user's clock; `sv` writes days as `2026-11-29`. */
const fileName = (): string => `people-${new Date().toLocaleDateString("sv")}.csv`;
