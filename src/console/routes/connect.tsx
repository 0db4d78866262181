import { Link, useSearch } from "@tanstack/react-router";
import { lazy, useEffect } from "react";
import { useAnswer } from "../graph/use-answer.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { AnswerProblems } from "../parts/answer-problems.tsx";
import { fileOf } from "../parts/lazy-screen.tsx";
import { LoadingPage } from "../parts/loading-page.tsx";
import { Page } from "../parts/page.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";
import { ConnectCredential, UpdateCredential } from "./connect-credential.tsx";
import { ConnectMapping } from "./connect-mapping.tsx";
import { ConnectPeople } from "./connect-people.tsx";
import { ConnectRights } from "./connect-rights.tsx";
import { CONNECTION } from "./connection.ts";

/** The setup itself does not need it. */
const Connected = lazy(() =>
  fileOf(() => import("./connect-done.tsx")).then(({ Connected }) => ({ default: Connected })),
);

/** How often the page asks for the preview while a job reads it. */
const POLL_MS = 2_000;

/**
 * From a credential to a directory. The state belongs to the integration, so a user can leave the wizard and
 * continue later.
 */
export function Connect() {
  const { connect } = useScreenTexts();
  return (
    <AdminOnly title={connect.title}>
      <Wizard />
    </AdminOnly>
  );
}

function Wizard() {
  const { connect, sync } = useScreenTexts();
  const { step } = useSearch({ from: "/connect" });
  const answer = useAnswer(CONNECTION, {});
  const { data, isLoading, again, look } = answer;
  const integration = data?.personioIntegration ?? undefined;
  const inReview = integration?.status === "AWAITING_REVIEW";
  const isReading = inReview && integration.problem == null && integration.preview?.ready === false;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer starts the next wait.
  useEffect(() => {
    if (!isReading) return;
    const timer = setTimeout(look, POLL_MS);
    return () => clearTimeout(timer);
  }, [isReading, data]);
  if (isLoading) return <LoadingPage title={connect.title} />;
  if (!data)
    return (
      <Page title={connect.title} width="text">
        <AnswerProblems answer={answer} />
      </Page>
    );
  if (integration && !inReview && integration.status !== "DISCONNECTED")
    return (
      <Page title={sync.connection}>
        <AnswerProblems answer={answer} />
        {step === "credential" ? (
          <UpdateCredential integration={integration} />
        ) : (
          <Connected integration={integration} lookAtAccount={look} />
        )}
      </Page>
    );
  const current = !integration || !inReview || step === "credential" ? "credential" : (step ?? "rights");
  return (
    <Page title={connect.title} width={current === "credential" ? "text" : "wide"}>
      <AnswerProblems answer={answer} />
      <Steps current={current} isOpen={inReview} />
      {current === "credential" && <ConnectCredential isAgain={inReview} again={again} />}
      {integration && current === "rights" && <ConnectRights integration={integration} />}
      {integration && current === "mapping" && (
        <ConnectMapping integration={integration} fields={data.peopleFields} />
      )}
      {integration && current === "people" && <ConnectPeople integration={integration} />}
    </Page>
  );
}

const ORDER = ["credential", "rights", "mapping", "people"] as const;

/** Where the setup is. A step that is open is a link. */
function Steps({ current, isOpen }: { readonly current: (typeof ORDER)[number]; readonly isOpen: boolean }) {
  const { connect } = useScreenTexts();
  return (
    <nav aria-label={connect.steps}>
      <ol className={styles.steps}>
        {ORDER.map((step, index) => (
          <li key={step} className={styles.step} aria-current={step === current ? "step" : undefined}>
            <span className={styles.stepNumber} aria-hidden="true">
              {index + 1}
            </span>
            {isOpen && step !== current ? (
              <Link to="/connect" search={{ step }}>
                {connect.stepNames[step]}
              </Link>
            ) : (
              <span>{connect.stepNames[step]}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
