import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo, useState } from "react";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { type Answer, useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { Button } from "../parts/button.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { type Scope, type Viewer, ViewerProvider } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
import { Keyboard } from "./keyboard.tsx";
import { SCREENS } from "./navigation.ts";
import { Preferences } from "./preferences.tsx";
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
      signInExpiresAt
      person {
        id
      }
    }
  }
`);

/** What is round every screen: navigation, banners, who is asking. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { shell } = useTexts();
  const { isLost } = useConnection();
  const answer = useAnswer(ME, {});
  const [open, setOpen] = useState<"palette" | "help">();
  const me = answer.data?.me;
  const viewer = useMemo<Viewer | undefined>(
    () =>
      me && {
        subject: me.subject,
        email: me.email ?? null,
        authIsOff: me.authIsOff,
        personId: me.person?.id ?? null,
        has: (scope: Scope) => me.scopes.includes(scope),
      },
    [me],
  );
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#content">
        {shell.skipToContent}
      </a>
      <Top viewer={viewer} onFind={() => setOpen("palette")} />
      <section aria-label={shell.notices}>
        {isLost && (
          <Banner tone="warn" isLive>
            {shell.notConnected}
          </Banner>
        )}
        {viewer?.authIsOff && <Banner tone="info">{shell.authIsOff}</Banner>}
        {viewer?.has("people:admin") && <Standing />}
      </section>
      <main id="content" className={styles.main} tabIndex={-1}>
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
  );
}

function Unknown({ answer: { problem, again } }: { readonly answer: Answer<unknown> }) {
  const { shell } = useTexts();
  if (!problem) return <Loading />;
  if (problem.code !== "UNAUTHENTICATED") return <Problem problem={problem} again={again} />;
  return <Empty title={shell.signedOut}>{shell.signedOutHelp}</Empty>;
}

type TopProps = { readonly viewer: Viewer | undefined; readonly onFind: () => void };

function Top({ viewer, onFind }: TopProps) {
  const texts = useTexts();
  const screens = SCREENS.filter(({ scope }) => scope === undefined || viewer?.has(scope));
  return (
    <header className={styles.top}>
      <Link to="/" className={styles.product} aria-label={texts.shell.product} activeProps={NOT_CURRENT}>
        <Mark />
      </Link>
      <nav aria-label={texts.shell.navigation} className={styles.nav}>
        {screens.map(({ to, name }) => (
          <Link
            key={to}
            to={to}
            className={styles.link}
            activeOptions={{ exact: to === "/", includeSearch: false }}
          >
            {name(texts)}
          </Link>
        ))}
      </nav>
      {/* The age of the directory. */}
      {viewer && (
        <Button
          tone="plain"
          className={styles.find ?? ""}
          onClick={onFind}
          aria-keyshortcuts="Control+K Meta+K"
        >
          {texts.shell.find} <span aria-hidden="true">{FIND_KEYS}</span>
        </Button>
      )}
      <Preferences />
    </header>
  );
}

/** The mark leads home, and the navigation says where one is. */
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
