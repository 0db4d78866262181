import { Link } from "@tanstack/react-router";
import { useAnswer } from "../graph/use-answer.ts";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./settings.module.css";
import { STANDING } from "./standing.tsx";

/** The id of the plan that waits for a decision. The banner of the page has asked for it already. */
export function useHeldPlan(): string | undefined {
  const { data } = useAnswer(STANDING, {}, { mayBeKept: true });
  return data?.personioIntegration?.heldRun?.id;
}

/** What a change of sources waits for, and the way to it. */
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
