import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ConsoleSyncQuery } from "#graph/graphql";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { Button } from "../parts/button.tsx";
import { Badge } from "../parts/chips.tsx";
import { isUnderWay, RunProgress } from "../parts/live-run.tsx";
import { type LiveRun, useLiveRun } from "../parts/live-runs.tsx";
import { LoadingPage } from "../parts/loading-page.tsx";
import { Page } from "../parts/page.tsx";
import { IN_PLACE } from "../parts/search-params.ts";
import { Problem } from "../parts/states.tsx";
import { useFormat } from "../texts/format.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { NotConnected } from "./not-connected.tsx";
import { PersonioProblem } from "./personio-problem.tsx";
import styles from "./sync.module.css";
import { SyncRuns } from "./sync-runs.tsx";
import { SyncTabs } from "./sync-tabs.tsx";

const SYNC = graphql(`
  query ConsoleSync {
    personioIntegration {
      id
      status
      lastSucceededAt
      nextSyncAt
      problem {
        code
        message
        help
        parameters
      }
      warnings {
        code
        message
        help
        parameters
      }
      runUnderWay {
        id
        status
        employeesRead
        employeesTotal
      }
      heldRun {
        id
        status
        finishedAt
      }
    }
  }
`);

const SYNC_NOW = graphql(`
  mutation ConsoleSyncNow {
    syncPersonio {
      id
      status
    }
  }
`);

const PLAN = graphql(`
  mutation ConsolePlanSync {
    planSyncPersonio {
      id
      status
    }
  }
`);

type Integration = NonNullable<ConsoleSyncQuery["personioIntegration"]>;

/** How current the directory is, and the runs that updated it. */
export function Sync() {
  const { sync } = useScreenTexts();
  return (
    <AdminOnly title={sync.title}>
      <State />
    </AdminOnly>
  );
}

function State() {
  const { sync } = useScreenTexts();
  const answer = useAnswer(SYNC, {});
  const { data, isLoading, look } = answer;
  const live = useLiveRun(look);
  const { runs } = useSearch({ from: "/sync" });
  const navigate = useNavigate();
  if (isLoading) return <LoadingPage title={sync.title} />;
  const integration = data?.personioIntegration ?? null;
  const isReady = integration?.status === "CONNECTED" || integration?.status === "BROKEN";
  return (
    <Page title={sync.title} actions={isReady && <Actions integration={integration} />}>
      <SyncTabs />
      <AnswerProblems answer={answer} />
      {data && !isReady && <NotConnected status={integration?.status} />}
      {integration && isReady && <Standing integration={integration} live={live} />}
      {integration && (
        <SyncRuns
          filter={runs}
          changedAt={live ? `${live.id} ${live.status}` : ""}
          onFilter={(filter) =>
            void navigate({ to: "/sync", search: filter ? { runs: filter } : {}, ...IN_PLACE })
          }
        />
      )}
    </Page>
  );
}

/** The state in a sentence, with the progress of a run that is under way. */
function Standing({
  integration,
  live,
}: {
  readonly integration: Integration;
  readonly live: LiveRun | undefined;
}) {
  const { sync } = useScreenTexts();
  const { status, problem, heldRun, runUnderWay, warnings } = integration;
  const running = live && isUnderWay(live) ? live : runUnderWay;
  return (
    <section className={styles.state} aria-label={sync.state}>
      <Sentence integration={integration} />
      {running && <RunProgress run={running} />}
      {heldRun && (
        <div className={styles.held}>
          <Badge tone="warn">{sync.statuses.HELD}</Badge>
          <span>{sync.heldHelp}</span>
          <Link to="/sync/runs/$id" params={{ id: heldRun.id }}>
            {sync.reviewPlan}
          </Link>
        </div>
      )}
      {problem && (status === "BROKEN" || !heldRun) && <PersonioProblem problem={problem} />}
      {status === "BROKEN" && (
        <p>
          <Link to="/connect" search={{ step: "credential" }}>
            {sync.updateCredential}
          </Link>
        </p>
      )}
      {warnings.map((warning) => (
        <PersonioProblem key={warning.message} problem={warning} tone="warn" />
      ))}
    </section>
  );
}

function Sentence({
  integration: { status, lastSucceededAt, nextSyncAt },
}: {
  readonly integration: Integration;
}) {
  const { sync } = useScreenTexts();
  const format = useFormat();
  const asOf = lastSucceededAt ? format.recently(lastSucceededAt) : undefined;
  const next = nextSyncAt ? format.recently(nextSyncAt) : undefined;
  const sentence =
    status === "BROKEN"
      ? sync.brokenSince(asOf)
      : asOf === undefined
        ? sync.neverSynced
        : sync.upToDate(asOf);
  return (
    <p className={styles.sentence}>
      {sentence} {next && <span className="muted">{sync.nextAt(next)}</span>}
    </p>
  );
}

function Actions({ integration }: { readonly integration: Integration }) {
  const { sync } = useScreenTexts();
  const now = useChange(SYNC_NOW);
  const plan = useChange(PLAN);
  const navigate = useNavigate();
  const isBusy = integration.runUnderWay !== null && integration.runUnderWay !== undefined;
  const problem = now.problem ?? plan.problem;
  const planNow = async (): Promise<void> => {
    const { data } = await plan.send({});
    if (data) await navigate({ to: "/sync/runs/$id", params: { id: data.planSyncPersonio.id } });
  };
  return (
    <>
      <Button
        title={sync.planHelp}
        isBusy={plan.isSending}
        disabledReason={isBusy ? sync.alreadyRunning : undefined}
        onClick={() => void planNow()}
      >
        {sync.plan}
      </Button>
      <Button tone="main" isBusy={now.isSending} onClick={() => void now.send({})}>
        {sync.syncNow}
      </Button>
      {problem && <Problem problem={problem} />}
    </>
  );
}
