import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { announce } from "../graph/session.ts";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { useViewer } from "../parts/viewer.tsx";
import { useServiceTexts, useTexts } from "../texts/texts.tsx";

/** The page of the signed-out user, where there is a session after all, such as of another tab. */
export function SignedIn() {
  const { session, shell } = useTexts();
  const { signIn } = useServiceTexts();
  const { authIsOff, hasSession } = useViewer();
  const help = authIsOff ? signIn.isOffHelp : hasSession ? signIn.signedInHelp : session.signedInElsewhere;
  return (
    <Page title={authIsOff ? signIn.isOff : signIn.signedIn} width="text">
      <Empty title={help} actions={<Link to="/">{shell.toPeople}</Link>} />
    </Page>
  );
}

/** The new tab of a user whose session had ended in another one, which goes on now. */
export function SignedInAgain() {
  const { shell } = useTexts();
  const { signIn } = useServiceTexts();
  useEffect(() => announce("signed-in"), []);
  return (
    <Page title={signIn.signedIn} width="text">
      <Empty title={signIn.signedInAgainHelp} actions={<Link to="/">{shell.toPeople}</Link>} />
    </Page>
  );
}
