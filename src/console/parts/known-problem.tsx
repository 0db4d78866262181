import type { Problem } from "../graph/problem.ts";
import { useServiceTexts } from "../texts/texts.tsx";
import { sentenceOf } from "./problem-sentence.ts";
import { ServiceWords } from "./service-words.tsx";

type KnownProblemProps = {
  readonly problem: Pick<Problem, "code" | "message" | "help" | "parameters">;
  /** Hides the help. */
  readonly isOver?: boolean;
};

/** What happened and what to do, in the reader's language; the service's own words below, or instead. */
export function KnownProblem({ problem, isOver = false }: KnownProblemProps) {
  const { code, message, help, parameters } = problem;
  const texts = useServiceTexts();
  const found = sentenceOf(texts.problems, code, parameters);
  const advice = sentenceOf(texts.advice, code, parameters);
  const words = (
    <>
      {message !== found && <p>{message}</p>}
      {help && !isOver && <p>{help}</p>}
    </>
  );
  if (!found) return <div lang="en">{words}</div>;
  return (
    <>
      <p>{found}</p>
      {advice && !isOver && <p>{advice}</p>}
      <ServiceWords isOpen={!advice}>{words}</ServiceWords>
    </>
  );
}
