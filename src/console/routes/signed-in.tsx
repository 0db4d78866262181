import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { announce } from "../graph/session.ts";
import { Page } from "../parts/page.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useServiceTexts, useTexts } from "../texts/texts.tsx";
import styles from "./session.module.css";

/** The page for signed-out users, when there is a session after all, such as that of another tab. */
export function SignedIn() {
  const { session } = useTexts();
  const { signIn } = useServiceTexts();
  const { authIsOff, hasSession } = useViewer();
  const help = authIsOff ? signIn.isOffHelp : hasSession ? signIn.signedInHelp : session.signedInElsewhere;
  return <Arrival title={authIsOff ? signIn.isOff : signIn.signedIn} help={help} />;
}

/** The new tab in which a user signed in again. The tab with the ended session now continues. */
export function SignedInAgain() {
  const { signIn } = useServiceTexts();
  useEffect(() => announce("signed-in"), []);
  return <Arrival title={signIn.signedIn} help={signIn.signedInAgainHelp} />;
}

function Arrival({ title, help }: { readonly title: string; readonly help: string }) {
  const { shell } = useTexts();
  return (
    <Page title={title} width="text">
      <div className={styles.card}>
        <p>{help}</p>
        <p>
          <Link to="/">{shell.toPeople}</Link>
        </p>
      </div>
    </Page>
  );
}
