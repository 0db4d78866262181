import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { announce } from "../graph/session.ts";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { useTexts } from "../texts/texts.tsx";

/** The page of the signed-out user, where there is a session after all, such as of another tab. */
export function SignedIn() {
  const { session, shell } = useTexts();
  return (
    <Page title={session.signedIn} width="text">
      <Empty title={session.signedInHelp} actions={<Link to="/">{shell.toPeople}</Link>} />
    </Page>
  );
}

/** The new tab of a user whose session had ended in another one, which goes on now. */
export function SignedInAgain() {
  const { session, shell } = useTexts();
  useEffect(() => announce("signed-in"), []);
  return (
    <Page title={session.signedIn} width="text">
      <Empty title={session.signedInAgainHelp} actions={<Link to="/">{shell.toPeople}</Link>} />
    </Page>
  );
}
