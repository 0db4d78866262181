import { type ComponentType, lazy, Suspense, useCallback, useEffect, useState } from "react";
import { type Client, useClient } from "urql";
import { readAgain } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { problemOf } from "../graph/problem.ts";
import {
  leave,
  listen,
  reportKnown,
  SIGNED_IN_AGAIN,
  signInAddress,
  UNAUTHENTICATED,
  useSession,
} from "../graph/session.ts";
import { Banner } from "../parts/banner.tsx";
import { useTexts } from "../texts/texts.tsx";
import type { SessionDialogProps } from "./session-dialog.tsx";

const WHO = graphql(`
  query ConsoleSessionViewer {
    me {
      tenantId
      subject
    }
  }
`);

/**
 * The dialog loads when the session ends. After an update its file may be gone: then the typed text stays,
 * and the banner has the same link.
 */
const Dialog = lazy<ComponentType<SessionDialogProps>>(async () => ({
  default: await import("./session-dialog.tsx").then(
    (file) => file.SessionDialog,
    () => () => null,
  ),
}));

export type SessionOwner = {
  readonly tenantId: string;
  readonly subject: string;
  readonly hasSession: boolean;
  readonly endsAt: string | null;
};

/**
 * Watches the session of the page. When it ends, a dialog over the page leads to the sign-in in a new tab,
 * and the page stays as it is. As soon as the same user has signed in again, the page continues.
 */
export function SessionEnd({ owner }: { readonly owner: SessionOwner }) {
  const { session } = useTexts();
  const { hasEnded } = useSession();
  const [isClosed, setClosed] = useState(false);
  const resume = useResume(owner);
  useEndOfTime(owner);
  useReturnOfPage();
  useEffect(() => listen((news) => (news === "signed-out" ? leave() : void resume())), [resume]);
  useEffect(() => {
    if (!hasEnded) return setClosed(false);
    const look = (): void => void resume();
    // The user comes back from the tab in which they signed in.
    window.addEventListener("focus", look);
    return () => window.removeEventListener("focus", look);
  }, [hasEnded, resume]);
  if (!hasEnded) return null;
  // Behind a proxy, opening any page leads to its sign-in.
  const address = owner.hasSession ? signInAddress(SIGNED_IN_AGAIN) : SIGNED_IN_AGAIN;
  return (
    <>
      <Banner
        tone="warn"
        isLive
        action={
          <a href={address} target="_blank" rel="noreferrer">
            {session.again}
          </a>
        }
      >
        {session.ended}
      </Banner>
      <Suspense>
        {!isClosed && <Dialog address={address} onLook={resume} onClose={() => setClosed(true)} />}
      </Suspense>
    </>
  );
}

/** Checks who is signed in now. For another user, the page reloads, without the content of this one. */
function useResume({ tenantId, subject }: SessionOwner): () => Promise<void> {
  const client = useClient();
  return useCallback(async () => {
    const { data } = await ask(client);
    if (!data) return;
    if (data.me.tenantId !== tenantId || data.me.subject !== subject) return location.reload();
    reportKnown();
    readAgain();
  }, [client, tenantId, subject]);
}

/**
 * Shows the end of a session without a click. The service decides whether it has ended, because the clock of
 * this computer may be wrong.
 */
function useEndOfTime({ hasSession, endsAt }: SessionOwner): void {
  const client = useClient();
  useEffect(() => {
    if (!hasSession || endsAt === null) return;
    const timer = setTimeout(() => void ask(client), new Date(endsAt).getTime() - Date.now());
    return () => clearTimeout(timer);
  }, [client, hasSession, endsAt]);
}

/** Browsers keep a page after the user leaves it, and *Back* shows its data. After a sign-out it must not. */
function useReturnOfPage(): void {
  const client = useClient();
  useEffect(() => {
    const look = async ({ persisted }: PageTransitionEvent): Promise<void> => {
      if (persisted && problemOf((await ask(client)).error)?.code === UNAUTHENTICATED) leave();
    };
    const listener = (event: PageTransitionEvent): void => void look(event);
    window.addEventListener("pageshow", listener);
    return () => window.removeEventListener("pageshow", listener);
  }, [client]);
}

const ask = (client: Client) => client.query(WHO, {}, { requestPolicy: "network-only" }).toPromise();
