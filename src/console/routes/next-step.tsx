import { useNavigate } from "@tanstack/react-router";
import { Button } from "../parts/button.tsx";
import { useScreenTexts } from "../texts/texts.tsx";
import styles from "./connect.module.css";

type NextStepProps = {
  readonly to: "mapping" | "people";
  /** Why the setup cannot go on yet. */
  readonly blockedBecause: string | undefined;
};

/** The foot of a step of the wizard. */
export function NextStep({ to, blockedBecause }: NextStepProps) {
  const { connect } = useScreenTexts();
  const navigate = useNavigate();
  return (
    <div className={styles.foot}>
      <Button
        tone="main"
        disabledReason={blockedBecause}
        onClick={() => void navigate({ to: "/connect", search: { step: to } })}
      >
        {connect.next(connect.stepNames[to])}
      </Button>
    </div>
  );
}
