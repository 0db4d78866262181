import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { signOut } from "../graph/session.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import type { Viewer } from "../parts/viewer.tsx";
import { useFormat } from "../texts/format.ts";
import { useTexts } from "../texts/texts.tsx";
import styles from "./session.module.css";

type AccountProps = {
  readonly viewer: Viewer;
  readonly hasSession: boolean;
  readonly endsAt: string | null;
};

/** Who is signed in, until when, and the way out. */
export function Account({ viewer, hasSession, endsAt }: AccountProps) {
  const { session } = useTexts();
  const format = useFormat();
  const [isSending, setSending] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const leave = async (): Promise<void> => {
    setSending(true);
    setFailed(!(await signOut()));
    setSending(false);
  };
  return (
    <Panel label={session.account} icon={<Silhouette />} align="end">
      <div className={styles.account}>
        <span className={styles.name} dir="auto">
          {viewer.email ?? viewer.subject}
        </span>
        {endsAt && <span className="muted small">{session.until(format.recently(endsAt))}</span>}
      </div>
      {viewer.personId && (
        <Link to="/people/$id" params={{ id: viewer.personId }}>
          {session.ownRecord}
        </Link>
      )}
      {hasSession && <Link to="/sign-ins">{session.ownSignIns}</Link>}
      {hasSession ? (
        <Button isBusy={isSending} onClick={() => void leave()}>
          {session.signOut}
        </Button>
      ) : (
        <p className="muted small">{session.signedInElsewhere}</p>
      )}
      {hasFailed && <p role="alert">{session.notSignedOut}</p>}
    </Panel>
  );
}

const Silhouette = () => (
  <svg
    className={styles.silhouette}
    viewBox="0 0 20 20"
    width="20"
    height="20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    aria-hidden="true"
  >
    <circle cx="10" cy="7" r="3.2" />
    <path d="M3.8 17c.7-3.2 3.1-4.8 6.2-4.8s5.5 1.6 6.2 4.8" strokeLinecap="round" />
  </svg>
);
