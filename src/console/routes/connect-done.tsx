import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { graphql } from "../graph/operation.ts";
import { useAnswer } from "../graph/use-answer.ts";
import { useChange } from "../graph/use-change.ts";
import { Button } from "../parts/button.tsx";
import { isUnderWay, RunProgress } from "../parts/live-run.tsx";
import { type LiveRun, useLiveRun } from "../parts/live-runs.tsx";
import { Fact, Facts, Section } from "../parts/page.tsx";
import { useToast } from "../parts/toast.tsx";
import { useFormat } from "../texts/format.ts";
import type { ScreenTexts } from "../texts/screens.en.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import { ConfirmDialog } from "./confirm-dialog.tsx";
import styles from "./connect.module.css";
import type { Integration } from "./connection.ts";
import { PersonioProblem } from "./personio-problem.tsx";
import { SyncTabs } from "./sync-tabs.tsx";

const FIRST_RUN = graphql(`
  query ConsoleNewestRun {
    syncRuns(first: 1) {
      nodes {
        id
        trigger
        status
        added
        skipped
        employeesRead
        employeesTotal
      }
    }
  }
`);

type ConnectedProps = {
  readonly integration: Integration;
  /** Reads the account again: a sync that ends changes how current the directory is. */
  readonly lookAtAccount: () => void;
};

/** After the setup: the first sync with its progress, then the account as it is connected. */
export function Connected({ integration, lookAtAccount }: ConnectedProps) {
  const { connect } = useScreenTexts();
  const format = useFormat();
  const { data, look } = useAnswer(FIRST_RUN, {});
  const live = useLiveRun(() => {
    look();
    lookAtAccount();
  });
  const newest = data?.syncRuns.nodes[0];
  const run = live && isUnderWay(live) ? live : newest;
  const isFirst = run?.trigger === "SETUP";
  return (
    <>
      <SyncTabs />
      {run && isFirst && (
        <Section title={titleOf(run, connect)}>
          {isUnderWay(run) ? (
            <RunProgress run={run} />
          ) : run.status === "HELD" ? (
            <Held id={run.id} />
          ) : (
            newest && (
              <>
                <p role="status">
                  {newest.status === "SUCCEEDED" || newest.status === "SUCCEEDED_WITH_SKIPS"
                    ? connect.imported(format.number(newest.added), format.number(newest.skipped))
                    : connect.firstSyncFailed}
                </p>
                <p className={styles.links}>
                  <Link to="/">{connect.toPeople}</Link>
                  <Link to="/sync/missing">{connect.toMissing}</Link>
                  <Link to="/sync/runs/$id" params={{ id: newest.id }}>
                    {connect.toRun}
                  </Link>
                </p>
              </>
            )
          )}
        </Section>
      )}
      <Account integration={integration} />
    </>
  );
}

const titleOf = ({ status }: Pick<LiveRun, "status">, connect: ScreenTexts["connect"]): string => {
  if (isUnderWay({ status })) return connect.firstSync;
  return status === "HELD" ? connect.firstSyncHeld : connect.firstSyncEnded;
};

/** With another account, the people of the previous one would leave: the setup ends with this decision. */
function Held({ id }: { readonly id: string }) {
  const { connect, sync } = useScreenTexts();
  return (
    <>
      <p role="status">{connect.firstSyncHeldHelp}</p>
      <p className={styles.links}>
        <Link to="/sync/runs/$id" params={{ id }}>
          {sync.reviewPlan}
        </Link>
      </p>
    </>
  );
}

/** Problems of a plan: the banner leads to it. */
const OF_A_PLAN: readonly string[] = ["LEAVER_GUARD", "FIELD_GUARD", "SYNC_PLAN_OUTDATED"];

const DISCONNECT = graphql(`
  mutation ConsoleDisconnect {
    disconnectPersonio {
      id
      status
    }
  }
`);

/** The way to another account: its review can begin only when this one is disconnected. */
function Disconnect({ onClose }: { readonly onClose: () => void }) {
  const { connect } = useScreenTexts();
  const say = useToast();
  const { send, isSending, problem } = useChange(DISCONNECT);
  const disconnect = async (): Promise<void> => {
    const { data } = await send({});
    if (data) say(connect.disconnected);
  };
  return (
    <ConfirmDialog
      title={connect.disconnectTitle}
      lead={connect.disconnectLead}
      action={connect.disconnect}
      isSending={isSending}
      problem={problem}
      onConfirm={() => void disconnect()}
      onClose={onClose}
    />
  );
}

function Account({ integration }: { readonly integration: Integration }) {
  const { connect } = useScreenTexts();
  const format = useFormat();
  const { status, clientId, connectedAt, lastSucceededAt, problem } = integration;
  const isBroken = status === "BROKEN";
  const [isAsked, setAsked] = useState(false);
  return (
    <Section title={isBroken ? connect.broken : connect.connected}>
      {problem && (isBroken || !OF_A_PLAN.includes(problem.code)) && (
        <PersonioProblem problem={problem} tone={isBroken ? "bad" : "warn"} />
      )}
      <Facts>
        <Fact name={connect.clientId}>
          <code>{clientId}</code>
        </Fact>
        <Fact name={connect.connectedAt}>{connectedAt ? format.instant(connectedAt) : "–"}</Fact>
        <Fact name={connect.lastSucceededAt}>{lastSucceededAt ? format.instant(lastSucceededAt) : "–"}</Fact>
      </Facts>
      <p className={styles.links}>
        <Link to="/connect" search={{ step: "credential" }}>
          {connect.update}
        </Link>
        <Link to="/sync">{connect.toSync}</Link>
      </p>
      <div className={styles.foot}>
        <Button onClick={() => setAsked(true)}>{connect.disconnectAsk}</Button>
        <span className="muted">{connect.disconnectHelp}</span>
      </div>
      {isAsked && <Disconnect onClose={() => setAsked(false)} />}
    </Section>
  );
}
