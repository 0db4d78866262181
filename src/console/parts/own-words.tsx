import { CatchBoundary } from "@tanstack/react-router";
import { type ReactNode, Suspense } from "react";
import type { Problem } from "../graph/problem.ts";

type OwnWordsProps = {
  readonly problem: Pick<Problem, "message" | "help">;
  readonly children: ReactNode;
};

/**
 * Our sentences for problems, which load with the first problem. After an update their file may be gone. Then
 * the service's own words appear, so that a form keeps what was typed.
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
