import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { useConnection } from "../graph/connection.ts";
import { graphql } from "../graph/operation.ts";
import { type Answer, useAnswer } from "../graph/use-answer.ts";
import { Banner } from "../parts/banner.tsx";
import { Empty, Loading, Problem } from "../parts/states.tsx";
import { type Scope, type Viewer, ViewerProvider } from "../parts/viewer.tsx";
import { useTexts } from "../texts/texts.tsx";
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
      <Top viewer={viewer} />
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
        {viewer ? <ViewerProvider viewer={viewer}>{children}</ViewerProvider> : <Unknown answer={answer} />}
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

function Top({ viewer }: { readonly viewer: Viewer | undefined }) {
  const texts = useTexts();
  const screens = SCREENS.filter(({ scope }) => scope === undefined || viewer?.has(scope));
  return (
    <header className={styles.top}>
      <Link to="/" className={styles.product}>
        {texts.shell.product}
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
      <Preferences />
    </header>
  );
}
