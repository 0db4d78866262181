import { Link } from "@tanstack/react-router";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";
import { useHeldPlan } from "./standing.tsx";

/** Explains that a held plan delays a change of sources, and links to that plan. */
export function SavedButHeld() {
  const { fields: texts } = useScreenTexts().settings;
  const held = useHeldPlan();
  return (
    <p role="status" className={styles.warning}>
      {texts.savedButHeld}{" "}
      {held && (
        <Link to="/sync/runs/$id" params={{ id: held }}>
          {texts.heldPlan}
        </Link>
      )}
    </p>
  );
}
