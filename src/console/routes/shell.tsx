import { Link, useRouterState } from "@tanstack/react-router";
import { type ReactNode, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { ConsoleViewerQuery } from "#graph/graphql";
import { client } from "../graph/client.ts";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { reportKnown, UNAUTHENTICATED } from "../graph/session.ts";
import { type Answer, useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { lazyScreen } from "../parts/lazy-screen.tsx";
import { LiveRuns } from "../parts/live-runs.tsx";
import { Panel } from "../parts/panel.tsx";
import { Loading, Problem } from "../parts/states.tsx";
import { type Scope, type Viewer, ViewerProvider } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { Account } from "./account.tsx";
import { Keyboard } from "./keyboard.tsx";
import { SCREENS } from "./navigation.ts";
import { Preferences } from "./preferences.tsx";
import { SessionEnd, type SessionOwner } from "./session-end.tsx";
import styles from "./shell.module.css";
import { Standing } from "./standing.tsx";

const ME = graphql(`
  query ConsoleViewer {
    me {
      tenantId
      subject
      email
      scopes
      authIsOff
      hasSession
      signInExpiresAt
      person {
        id
      }
    }
  }
`);

/** Before the first render. */
export const askViewerAhead = (): void => void client.query(ME, {}).toPromise();

/** What surrounds every screen: navigation, banners, the viewer. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { shell } = useTexts();
  const { isLost } = useConnection();
  const answer = useAnswer(ME, {}, { mayBeKept: true });
  const [open, setOpen] = useState<"palette" | "help">();
  const main = useFocusOfNewScreen();
  const me = answer.data?.me;
  const viewer = useMemo<Viewer | undefined>(
    () =>
      me && {
        subject: me.subject,
        email: me.email ?? null,
        authIsOff: me.authIsOff,
        hasSession: me.hasSession,
        personId: me.person?.id ?? null,
        has: (scope: Scope) => me.scopes.includes(scope),
      },
    [me],
  );
  const owner = useMemo(() => me && ownerOf(me), [me]);
  useEffect(() => {
    if (me) reportKnown();
  }, [me]);
  return (
    <LiveRuns pause={!viewer?.has("people:admin")}>
      <div className={styles.shell}>
        <a className={styles.skip} href="#content">
          {shell.skipToContent}
        </a>
        <Top
          viewer={viewer}
          owner={owner}
          isSignedOut={!viewer && answer.problem?.code === UNAUTHENTICATED}
          onFind={() => setOpen("palette")}
        />
        <section aria-label={shell.notices}>
          {isLost && (
            <Banner tone="warn" isLive>
              {shell.notConnected}
            </Banner>
          )}
          {owner && <SessionEnd owner={owner} />}
          {viewer?.authIsOff && <Banner tone="info">{shell.authIsOff}</Banner>}
          {viewer?.has("people:admin") && <Standing />}
        </section>
        <main ref={main} id="content" className={styles.main} tabIndex={-1}>
          {viewer ? (
            <ViewerProvider viewer={viewer}>
              {children}
              <Keyboard open={open} setOpen={setOpen} />
            </ViewerProvider>
          ) : (
            <Unknown answer={answer} />
          )}
        </main>
      </div>
    </LiveRuns>
  );
}

/** A closing dialog returns the focus within this time. */
const DIALOG_CLOSES_MS = 100;

/** The focused element may be gone with its screen or step: then Tab continues in the new one. */
function useFocusOfNewScreen() {
  const main = useRef<HTMLElement>(null);
  const shown = useRouterState({
    select: ({ resolvedLocation: at }) => at && `${at.pathname} ${"step" in at.search ? at.search.step : ""}`,
  });
  const last = useRef(shown);
  useEffect(() => {
    const isFirst = last.current === undefined;
    last.current = shown;
    const takeLost = (): void => {
      if (!isFirst && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    };
    takeLost();
    const later = setTimeout(takeLost, DIALOG_CLOSES_MS);
    return () => clearTimeout(later);
  }, [shown]);
  return main;
}

const SignedOut = lazyScreen(() => import("./signed-out.tsx").then((file) => file.SignedOut));

function Unknown({ answer: { problem, again } }: { readonly answer: Answer<unknown> }) {
  if (!problem) return <Loading />;
  if (problem.code !== UNAUTHENTICATED) return <Problem problem={problem} again={again} />;
  return (
    <Suspense fallback={<Loading />}>
      <SignedOut />
    </Suspense>
  );
}

const ownerOf = ({
  tenantId,
  subject,
  hasSession,
  signInExpiresAt,
}: ConsoleViewerQuery["me"]): SessionOwner => ({
  tenantId,
  subject,
  hasSession,
  endsAt: signInExpiresAt ?? null,
});

type TopProps = {
  readonly viewer: Viewer | undefined;
  readonly owner: SessionOwner | undefined;
  /** True if no screen can be opened. */
  readonly isSignedOut: boolean;
  readonly onFind: () => void;
};

function Top({ viewer, owner, isSignedOut, onFind }: TopProps) {
  const texts = useTexts();
  const screens = SCREENS.filter(({ scope }) => !isSignedOut && (scope === undefined || viewer?.has(scope)));
  return (
    <header className={styles.top}>
      <Link to="/" className={styles.product} aria-label={texts.shell.product} activeProps={NOT_CURRENT}>
        <Mark />
      </Link>
      <nav aria-label={texts.shell.navigation} className={styles.nav}>
        <Screens screens={screens} />
      </nav>
      {/* A narrow window has no room for all names; one of the two is shown. */}
      <nav aria-label={texts.shell.navigation} className={styles.narrowNav}>
        {screens.length > 0 && (
          <Panel label={texts.shell.screensMenu}>
            <Screens screens={screens} />
          </Panel>
        )}
      </nav>
      {viewer && (
        <Button tone="plain" className={styles.find} onClick={onFind} aria-keyshortcuts="Control+K Meta+K">
          {texts.shell.find} <span aria-hidden="true">{FIND_KEYS}</span>
        </Button>
      )}
      <Preferences />
      {viewer && owner && !viewer.authIsOff && <Account viewer={viewer} {...owner} />}
    </header>
  );
}

function Screens({ screens }: { readonly screens: typeof SCREENS }) {
  const texts = useTexts();
  return screens.map(({ to, name }) => (
    <Link
      key={to}
      to={to}
      className={styles.link}
      activeOptions={{ exact: to === "/", includeSearch: false }}
    >
      {name(texts)}
    </Link>
  ));
}

/** The mark leads home, and the navigation shows the current area. */
const NOT_CURRENT = { "aria-current": undefined } as const;

const FIND_KEYS = navigator.userAgent.includes("Mac") ? "⌘K" : "Ctrl K";

const Mark = () => (
  <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
    <rect width="32" height="32" rx="8" className={styles.markGround} />
    <g className={styles.markLines}>
      <circle cx="16" cy="11.5" r="4.5" />
      <path d="M7.5 25c.8-4.6 4.2-7 8.5-7s7.7 2.4 8.5 7" />
    </g>
  </svg>
);
