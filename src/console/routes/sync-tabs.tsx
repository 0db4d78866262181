import { Link } from "@tanstack/react-router";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

/** The screens about the sync, above each of them. */
export function SyncTabs() {
  const { sync } = useScreenTexts();
  const link = { className: styles.tab, activeOptions: { exact: true, includeSearch: false } } as const;
  return (
    <nav aria-label={sync.tabs} className={styles.tabs}>
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
