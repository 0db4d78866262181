import { Link } from "@tanstack/react-router";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./events.module.css";

/** The two views: past events, and upcoming dates. */
export function EventViews() {
  const { events } = useScreenTexts();
  return (
    <nav className={styles.views} aria-label={events.views}>
      <Link to="/events" activeOptions={{ exact: true, includeSearch: false }}>
        {events.past}
      </Link>
      <Link to="/events/coming" activeOptions={{ includeSearch: false }}>
        {events.coming}
      </Link>
    </nav>
  );
}
