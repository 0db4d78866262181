import { isPassing, OUTCOME_UNKNOWN, type Problem } from "../graph/problem.ts";
import { useServiceTexts, useTexts } from "../texts/texts.tsx";
import { OwnWords } from "./own-words.tsx";
import { sentenceOf } from "./problem-sentence.ts";

/** A problem as the error of a field: our sentences, or what the service answered. */
export function ProblemWords({ problem }: { readonly problem: Problem }) {
  const { parts } = useTexts();
  if (isPassing(problem)) return parts.notConnected;
  if (problem.code === OUTCOME_UNKNOWN) return parts.outcomeUnknown;
  return (
    <OwnWords problem={problem}>
      <Sentences problem={problem} />
    </OwnWords>
  );
}

function Sentences({ problem: { code, message, help, parameters } }: { readonly problem: Problem }) {
  const texts = useServiceTexts();
  const advice = sentenceOf(texts.advice, code, parameters);
  if (advice) return `${sentenceOf(texts.problems, code, parameters)} ${advice}`;
  return (
    <span lang="en">
      {message} {help}
    </span>
  );
}
