import { Link } from "@tanstack/react-router";
import { useCurrentInView } from "../parts/use-current-in-view.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

/** The screens about the sync, above each of them. */
export function SyncTabs() {
  const { sync } = useScreenTexts();
  const nav = useCurrentInView();
  const link = { className: styles.tab, activeOptions: { exact: true, includeSearch: false } } as const;
  return (
    <nav ref={nav} aria-label={sync.tabs} className={styles.tabs}>
      <Link to="/sync" {...link}>
        {sync.title}
      </Link>
      <Link to="/sync/missing" {...link}>
        {sync.missing.title}
      </Link>
      <Link to="/sync/lines" {...link}>
        {sync.lines.title}
      </Link>
      <Link to="/connect" {...link}>
        {sync.connection}
      </Link>
    </nav>
  );
}
