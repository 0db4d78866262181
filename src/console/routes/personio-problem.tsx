import { KnownProblem } from "../parts/known-problem.tsx";
import { useTexts } from "../texts/texts.tsx";
import styles from "./sync.module.css";

type ProblemProps = {
  readonly problem: {
    readonly code: string;
    readonly message: string;
    readonly help: string;
    readonly parameters?: unknown;
  };
  readonly tone?: "bad" | "warn";
  /** Nothing can be done about it any more. */
  readonly isOver?: boolean;
};

/** A problem of the connection or of a run. */
export function PersonioProblem({ problem, tone = "bad", isOver = false }: ProblemProps) {
  const { parts } = useTexts();
  return (
    <div className={`${styles.problem} ${styles[tone]}`}>
      <KnownProblem problem={problem} isOver={isOver} />
      <p className="small">
        {parts.code} <code>{problem.code}</code>
      </p>
    </div>
  );
}
