import { CatchBoundary } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import type { Problem } from "../graph/problem.ts";

type OwnWordsProps = {
  readonly problem: Pick<Problem, "message" | "help">;
  readonly children: ReactNode;
};

/**
 * Our sentences for a problem, which load with the first one. The file of an older version may be gone by
 * then: the service's own words stand in, so that a form keeps what was typed.
 */
export const OwnWords = ({ problem, children }: OwnWordsProps) => (
  <CatchBoundary
    getResetKey={() => problem}
    errorComponent={() => (
      <span lang="en">
        {problem.message} {problem.help}
      </span>
    )}
  >
    <Suspense>{children}</Suspense>
  </CatchBoundary>
);
