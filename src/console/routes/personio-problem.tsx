import { useScreenTexts, useTexts } from "../texts/texts.tsx";
import { sentenceOf } from "./problem-sentence.ts";
import styles from "./sync.module.css";

type ProblemProps = {
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly help: string;
    readonly parameters?: unknown;
  };
  readonly tone?: "bad" | "warn";
};

/** A problem of the connection or of a run: our sentence where we have one, then the service's own words. */
export function PersonioProblem({
  problem: { code, message, help, parameters },
  tone = "bad",
}: ProblemProps) {
  const { sync } = useScreenTexts();
  const { parts } = useTexts();
  const ours = sentenceOf(sync.problems, code, parameters);
  const advice = sync.advice[code];
  const words = (
    <>
      <p lang="en">{message}</p>
      <p lang="en">{help}</p>
      <p className="small">
        {parts.code} <code>{code}</code>
      </p>
    </>
  );
  return (
    <div className={`${styles.problem} ${styles[tone]}`}>
      {ours && <p className={styles.problemTitle}>{ours}</p>}
      {ours && advice && <p>{advice}</p>}
      {ours && advice ? (
        <details>
          <summary>{sync.wordsOfTheService}</summary>
          {words}
        </details>
      ) : (
        words
      )}
    </div>
  );
}
