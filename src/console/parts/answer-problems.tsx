import { failureIn, type Problem as ProblemOf } from "../graph/problem.ts";
import type { Answer } from "../graph/use-answer.ts";
import { useFormat } from "../texts/format.ts";
import { HiddenFields, hiddenIn } from "./hidden-fields.tsx";
import { Forbidden, Problem } from "./states.tsx";

type AnswerProblemsProps = {
  readonly answer: Pick<Answer<unknown>, "data" | "problems" | "again">;
  /** The part of the data that the screen shows, if it is not all of it. */
  readonly part?: unknown;
};

/** What an answer lacks, also beside data: a value that failed, or something that the viewer may not see. */
export function AnswerProblems({ answer, ...props }: AnswerProblemsProps) {
  const { data, problems, again } = answer;
  const problem = failureIn(problems, "part" in props ? props.part : data);
  return (
    <>
      <HiddenFields names={problem?.code === "FORBIDDEN" ? [] : hiddenIn(problems)} />
      {problem && <ReadProblem problem={problem} again={again} />}
    </>
  );
}

/** Why something could not be read. A missing right is not a failure of the service. */
export function ReadProblem({
  problem,
  again,
}: Pick<Answer<unknown>, "again"> & { readonly problem: ProblemOf }) {
  const format = useFormat();
  const scopes = scopesOf(problem);
  return scopes ? <Forbidden scope={format.list(scopes)} /> : <Problem problem={problem} again={again} />;
}

/** The rights that the viewer lacks, if that is the problem. */
function scopesOf({ code, parameters }: ProblemOf): readonly string[] | undefined {
  const { scopes } = (parameters ?? {}) as { readonly scopes?: readonly string[] };
  return code === "FORBIDDEN" && scopes && scopes.length > 0 ? scopes : undefined;
}
