import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { Problem as ProblemOf } from "../graph/problem.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { isUnderWay, RunProgress } from "../parts/live-run.tsx";
import { useLiveRun } from "../parts/live-runs.tsx";
import { LoadingPage } from "../parts/loading-page.tsx";
import { Fact, Facts, Page, Section } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { PersonioProblem } from "./personio-problem.tsx";
import { Refusal, RunDecision } from "./run-decision.tsx";
import { RunPlan } from "./run-plan.tsx";
import { RunStatus } from "./run-status.tsx";
import { RUN, type ShownRun } from "./shown-run.ts";
import styles from "./sync.module.css";
import { SyncTabs } from "./sync-tabs.tsx";

/** One run: what it read and changed, or the plan that waits for a decision. */
export function Run() {
  const { sync } = useScreenTexts();
  const { id } = useParams({ from: "/sync/runs/$id" });
  // Another run is another page: no part of a decision about the first one stays.
  return (
    <AdminOnly title={sync.run}>
      <Found key={id} id={id} />
    </AdminOnly>
  );
}

function Found({ id }: { readonly id: string }) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const answer = useAnswer(RUN, { id });
  const { data, problems, isLoading, again, look } = answer;
  const live = useLiveRun(look, data?.syncRun ?? null);
  const [refusal, setRefusal] = useState<ProblemOf>();
  const onRefused = (problem: ProblemOf): void => {
    setRefusal(problem);
    again();
  };
  if (isLoading) return <LoadingPage title={sync.run} />;
  const run = data?.syncRun;
  if (!run)
    return (
      <Page title={problems.length > 0 ? sync.run : sync.unknownRun} width="text">
        {problems.length > 0 ? (
          <AnswerProblems answer={answer} part={run} />
        ) : (
          <Empty title={sync.unknownRunHelp} actions={<Link to="/sync">{sync.toRuns}</Link>} />
        )}
      </Page>
    );
  const shown = live?.id === run.id && isUnderWay(live) ? live : run;
  const other = data.personioIntegration?.heldRun;
  return (
    <Page
      title={run.queuedAt ? sync.runOf(format.instant(run.queuedAt)) : sync.run}
      beside={<RunStatus status={run.status} />}
    >
      <SyncTabs />
      <AnswerProblems answer={answer} />
      {refusal && <Refusal problem={refusal} />}
      {isUnderWay(run) && (
        <section className={styles.state} aria-label={sync.progress}>
          <RunProgress run={shown} />
        </section>
      )}
      {run.status === "SUPERSEDED" && (
        <p className={styles.notice}>
          {sync.supersededHelp}{" "}
          {other && (
            <Link to="/sync/runs/$id" params={{ id: other.id }}>
              {sync.newerPlan}
            </Link>
          )}
        </p>
      )}
      {run.planSummary && data.peopleSettings ? (
        <>
          <RunDecision
            run={run}
            summary={run.planSummary}
            guard={data.peopleSettings}
            onAsk={() => setRefusal(undefined)}
            onRefused={onRefused}
          />
          <RunPlan
            runId={run.id}
            summary={run.planSummary}
            planKey={run.finishedAt ?? ""}
            attributes={data.personioIntegration?.attributes ?? []}
          />
        </>
      ) : (
        <>
          {run.problem && (
            <PersonioProblem
              problem={run.problem}
              tone={run.status === "FAILED" ? "bad" : "warn"}
              isOver={run.status === "REJECTED" || run.status === "SUPERSEDED"}
            />
          )}
          <Outcome run={run} />
        </>
      )}
    </Page>
  );
}

function Outcome({ run }: { readonly run: ShownRun }) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const isApplied = run.status === "SUCCEEDED" || run.status === "SUCCEEDED_WITH_SKIPS";
  const instantOf = (value: string | null | undefined) => (value ? format.instant(value) : "–");
  return (
    <Section title={isApplied ? sync.whatChanged : sync.aboutRun}>
      <Facts>
        {isApplied && (
          <>
            <Fact name={sync.added}>{format.number(run.added)}</Fact>
            <Fact name={sync.changed}>{format.number(run.changed)}</Fact>
            <Fact name={sync.left}>{format.number(run.left)}</Fact>
            <Fact name={sync.unchanged}>{format.number(run.unchanged)}</Fact>
            <Fact name={sync.skipped}>
              <Link to="/sync/missing">{format.number(run.skipped)}</Link>
            </Fact>
          </>
        )}
        <Fact name={sync.trigger}>{sync.triggers[run.trigger]}</Fact>
        <Fact name={sync.mode}>{sync.modes[run.mode]}</Fact>
        <Fact name={sync.queuedAt}>{instantOf(run.queuedAt)}</Fact>
        <Fact name={sync.startedAt}>{instantOf(run.startedAt)}</Fact>
        <Fact name={sync.finishedAt}>{instantOf(run.finishedAt)}</Fact>
        <Fact name={sync.recordsRead}>
          {run.employeesTotal == null
            ? format.number(run.employeesRead)
            : sync.readOf(format.number(run.employeesRead), format.number(run.employeesTotal))}
        </Fact>
      </Facts>
    </Section>
  );
}
