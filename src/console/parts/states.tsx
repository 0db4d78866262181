import { lazy, type ReactNode } from "react";
import { isPassing, OUTCOME_UNKNOWN, type Problem as ProblemOf } from "../graph/problem.ts";
import { useTexts } from "../texts/texts.tsx";
import { Button } from "./button.tsx";
import { fileOf } from "./lazy-screen.tsx";
import { OwnWords } from "./own-words.tsx";
import styles from "./states.module.css";

/** Shown until the first answer arrives. It appears after a moment, so a quick answer causes no flicker. */
export const Loading = () => (
  <p className={styles.loading} role="status">
    {useTexts().parts.loading}
  </p>
);

type EmptyProps = {
  readonly title: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
};

/** There is nothing, or nothing matches: shows which, and what to do. */
export const Empty = ({ title, children, actions }: EmptyProps) => (
  <div className={styles.empty}>
    <p className={styles.emptyTitle}>{title}</p>
    {children && <div className={styles.emptyText}>{children}</div>}
    {actions && <div className={styles.actions}>{actions}</div>}
  </div>
);

type ProblemProps = {
  readonly problem: ProblemOf;
  /** If set, a button tries again. */
  readonly again?: (() => void) | undefined;
  /**
   * Stands before the service's sentences, such as which part failed. No page repeats that part by itself.
   */
  readonly title?: string;
};

/** Most pages never show a problem, so its sentences load with the first one. */
const KnownProblem = lazy(async () => {
  const file = await fileOf(() => import("./known-problem.tsx"));
  return { default: file.KnownProblem };
});

/** A problem that the service answered: in our own words if we have some, with its code for the operator. */
export function Problem({ problem, again, title }: ProblemProps) {
  const { parts } = useTexts();
  if (isPassing(problem))
    return (
      <p className={styles.notice} role="status">
        {title ?? parts.notConnected}
      </p>
    );
  if (problem.code === OUTCOME_UNKNOWN)
    return (
      <p className={styles.notice} role="alert">
        {parts.outcomeUnknown}
      </p>
    );
  return (
    <div className={styles.problem} role="alert">
      <p className={styles.problemTitle}>{title ?? parts.somethingFailed}</p>
      <OwnWords problem={problem}>
        <KnownProblem problem={problem} />
      </OwnWords>
      <p className={styles.code}>
        {parts.code} <code>{problem.code}</code>
      </p>
      {again && (
        <div className={styles.actions}>
          <Button onClick={again}>{parts.again}</Button>
        </div>
      )}
    </div>
  );
}

/** A screen or a part that needs a right of the viewer. */
export function Forbidden({ scope }: { readonly scope: string }) {
  const { parts } = useTexts();
  return <Empty title={parts.forbidden}>{parts.forbiddenHelp(scope)}</Empty>;
}
