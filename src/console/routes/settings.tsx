import { Link, Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { Page } from "../parts/page.tsx";
import { Forbidden, Loading } from "../parts/states.tsx";
import { useCurrentInView } from "../parts/use-current-in-view.ts";
import { useViewer } from "../parts/viewer.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";
import { SETTINGS_PAGES } from "./settings-pages.ts";

/** The navigation of the settings beside the page that is open. */
export function Settings() {
  const texts = useScreenTexts();
  const viewer = useViewer();
  const nav = useCurrentInView();
  if (!viewer.has("people:admin"))
    return (
      <Page title={texts.settings.title}>
        <Forbidden scope="people:admin" />
      </Page>
    );
  return (
    <div className={styles.frame}>
      <nav ref={nav} className={styles.nav} aria-label={texts.settings.navigation}>
        {SETTINGS_PAGES.map(({ to, name }) => (
          <Link key={to} to={to} className={styles.link}>
            {name(texts)}
          </Link>
        ))}
      </nav>
      <div className={styles.content}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </div>
    </div>
  );
}
