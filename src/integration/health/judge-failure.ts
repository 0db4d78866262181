import type { Integration } from "../integration.ts";
import type { PersonioProblem } from "../personio-problem.ts";

/** One failed run is weather, two are bad luck; with the third, somebody should look. */
export const FAILURES_UNTIL_BROKEN = 3;

export type Health = Pick<
  Integration,
  "status" | "failuresInARow" | "lastAttemptAt" | "problemCode" | "problemHelp"
>;

export type Failure = {
  readonly problem: PersonioProblem;
  /** No later run heals it: a credential, or its rights, must be changed. */
  readonly needsHuman: boolean;
  /** Somebody asked for the run; it was not the timetable's turn. */
  readonly byHand: boolean;
  readonly failedAt: Date;
};

export type JudgedFailure = {
  readonly status: "CONNECTED" | "BROKEN";
  readonly failuresInARow: number;
  readonly lastAttemptAt: Date | null;
  /** Somebody must be told, now and not again for this cause. */
  readonly isNews: boolean;
};

/**
 * What a failed run means for the integration: BROKEN at once when it takes a human, else with the third failure in a row. While it
 * is BROKEN, runs by hand do not count: trying impatiently must not lengthen the back-off of the timetable.
 */
export function judgeFailure(before: Health, failure: Failure): JudgedFailure {
  const wasBroken = before.status === "BROKEN";
  const counts = !(wasBroken && failure.byHand);
  const failuresInARow = before.failuresInARow + (counts ? 1 : 0);
  const isBroken = wasBroken || failure.needsHuman || failuresInARow >= FAILURES_UNTIL_BROKEN;
  return {
    status: isBroken ? "BROKEN" : "CONNECTED",
    failuresInARow,
    lastAttemptAt: counts ? failure.failedAt : before.lastAttemptAt,
    isNews: isBroken && !(wasBroken && isSameCause(before, failure)),
  };
}

/** Where a human must act, the help says what to do, and another help is another thing to do. Outages only differ in their details. */
const isSameCause = (before: Health, { problem, needsHuman }: Failure): boolean =>
  before.problemCode === problem.code && (!needsHuman || before.problemHelp === problem.help);
