import type { Integration } from "../integration.ts";
import type { PersonioProblem } from "../personio-problem.ts";

/** One or two failed runs may be chance; the third in a row needs attention. */
const FAILURES_UNTIL_BROKEN = 3;

export type Health = Pick<
  Integration,
  "status" | "failuresInARow" | "lastAttemptAt" | "problemCode" | "problemHelp"
>;

export type FailedRun = {
  readonly problem: PersonioProblem;
  /** Retries cannot succeed: an admin must change the credential, or its rights. */
  readonly needsHuman: boolean;
  /** A person requested the run, not the timetable. */
  readonly byHand: boolean;
  readonly failedAt: Date;
};

export type JudgedFailure = {
  readonly status: "CONNECTED" | "BROKEN";
  readonly failuresInARow: number;
  readonly lastAttemptAt: Date | null;
  /** The failure must be reported now, and not again for this cause. */
  readonly isNews: boolean;
};

/**
 * The consequence of a failed run: BROKEN at once if an admin must act, otherwise with the third failure in a
 * row. While it is BROKEN, manual runs do not count, so that impatient retries do not lengthen the
 * timetable's back-off.
 */
export function judgeFailure(before: Health, failure: FailedRun): JudgedFailure {
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

/** If an admin must act, another help text is another task. Outages differ only in their details. */
const isSameCause = (before: Health, { problem, needsHuman }: FailedRun): boolean =>
  before.problemCode === problem.code && (!needsHuman || before.problemHelp === problem.help);
