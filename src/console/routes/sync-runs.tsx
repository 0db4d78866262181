import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { ConsoleRunsQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Section } from "../parts/page.tsx";
import { type PageAt, Paged } from "../parts/paged.tsx";
import { sentenceOf } from "../parts/problem-sentence.ts";
import { Loading } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts, useServiceTexts } from "../texts/texts.tsx";
import { RunStatus } from "./run-status.tsx";
import styles from "./sync.module.css";
import { RUN_FILTER_NAMES, RUN_FILTERS, type RunFilter } from "./sync-search.ts";
import { Toggles } from "./toggles.tsx";

const RUNS = graphql(`
  query ConsoleRuns($first: Int!, $after: String, $statuses: [SyncRunStatus!]) {
    syncRuns(first: $first, after: $after, statuses: $statuses) {
      pageInfo {
        endCursor
        hasNextPage
      }
      nodes {
        id
        mode
        trigger
        status
        queuedAt
        finishedAt
        added
        changed
        left
        skipped
        problem {
          code
          message
          parameters
        }
      }
    }
  }
`);

type RunRow = ConsoleRunsQuery["syncRuns"]["nodes"][number];

/** Covers some days, although webhooks start many runs. */
const PAGE_SIZE = 20;

type RunsProps = {
  readonly filter: RunFilter | undefined;
  readonly onFilter: (filter: RunFilter | undefined) => void;
  /** Changes when the status of a run changes. */
  readonly changedAt: string;
};

export function SyncRuns({ filter, onFilter, changedAt }: RunsProps) {
  const { sync } = useScreenTexts();
  return (
    <Section
      title={sync.runs}
      actions={
        <Toggles
          label={sync.runsShown}
          value={filter}
          options={RUN_FILTER_NAMES.map((name) => ({ value: name, label: sync.runFilters[name] }))}
          onChoose={onFilter}
        />
      }
    >
      <Paged
        listKey={filter ?? ""}
        page={(at) => <RunPage filter={filter} at={at} changedAt={changedAt} />}
      />
    </Section>
  );
}

function RunPage({
  filter,
  at,
  changedAt,
}: Pick<RunsProps, "filter" | "changedAt"> & { readonly at: PageAt }) {
  const { sync } = useScreenTexts();
  // New runs move the start of the page. The read that follows is not a user's action.
  const [begin] = useState(at.after);
  const answer = useAnswer(
    RUNS,
    { first: PAGE_SIZE, after: at.after, statuses: filter ? [...RUN_FILTERS[filter]] : null },
    { isLook: at.after !== begin },
  );
  const { data, isLoading, look } = answer;
  const seen = useRef(changedAt);
  useEffect(() => {
    if (seen.current !== changedAt) look();
    seen.current = changedAt;
  }, [changedAt, look]);
  if (isLoading) return <Loading />;
  if (!data) return <AnswerProblems answer={answer} />;
  const { nodes, pageInfo } = data.syncRuns;
  return (
    <>
      <AnswerProblems answer={answer} />
      {nodes.length === 0 && <p className="muted">{filter ? sync.noSuchRuns : sync.noRuns}</p>}
      <ul className={styles.runs}>
        {nodes.map((run) => (
          <RunLine key={run.id} run={run} />
        ))}
      </ul>
      {at.more(pageInfo)}
    </>
  );
}

function RunLine({ run }: { readonly run: RunRow }) {
  const { problems } = useServiceTexts();
  const { sync } = useScreenTexts();
  const format = useFormat();
  const { id, trigger, mode, status, queuedAt, added, changed, left, skipped, problem } = run;
  const ours = problem ? sentenceOf(problems, problem.code, problem.parameters) : undefined;
  const isApplied = status === "SUCCEEDED" || status === "SUCCEEDED_WITH_SKIPS";
  return (
    <li className={styles.run}>
      <Link to="/sync/runs/$id" params={{ id }} className={styles.runTime}>
        {queuedAt ? format.instant(queuedAt) : sync.run}
      </Link>
      <RunStatus status={status} />
      <span className="muted">
        {mode === "INCREMENTAL" ? sync.incremental(sync.triggers[trigger]) : sync.triggers[trigger]}
      </span>
      <span className={styles.runResult}>
        {isApplied
          ? sync.result({
              added: format.number(added),
              changed: format.number(changed),
              left: format.number(left),
              skipped: format.number(skipped),
              isNothing: added + changed + left === 0,
            })
          : problem && (ours ?? <span lang="en">{problem.message}</span>)}
      </span>
    </li>
  );
}
