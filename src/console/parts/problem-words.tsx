import { isPassing, OUTCOME_UNKNOWN, type Problem } from "../graph/problem.ts";
import { useTexts } from "../texts/texts.tsx";

/** A problem as the error of a field: our sentence, or what the service answered. */
export function ProblemWords({ problem }: { readonly problem: Problem }) {
  const { parts } = useTexts();
  if (isPassing(problem)) return parts.notConnected;
  if (problem.code === OUTCOME_UNKNOWN) return parts.outcomeUnknown;
  return (
    <span lang="en">
      {problem.message} {problem.help}
    </span>
  );
}
