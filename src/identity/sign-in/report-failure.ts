import { randomUUID } from "node:crypto";
import { createLogOnce, type Logger } from "../../log.ts";
import { problemOf, type SignInCode, type SignInReason } from "./sign-in-problem.ts";

/** What a page shows about a sign-in that ended without a session. */
export type SignInFailure = {
  readonly code: SignInCode;
  readonly reason: SignInReason;
  readonly returnTo: string;
  /** Of the entry in the log. */
  readonly errorId?: string;
};

/** Counts and logs what ended a sign-in, and names it for the page. */
export type ReportFailure = (error: unknown, returnTo: string) => SignInFailure;

/** Any visitor can repeat these, even without a sign-in under way, and an entry for each fills the log. */
const REFUSED: ReadonlySet<SignInReason> = new Set(["not-configured", "too-many", "state"]);

export function createReportFailure({
  metrics,
  log,
}: {
  readonly metrics: { signInEnded(result: string): void };
  readonly log: Logger;
}): ReportFailure {
  const logOnce = createLogOnce(log);
  return (error, returnTo) => {
    const { code, reason, cause } = problemOf(error);
    metrics.signInEnded(reason);
    if (REFUSED.has(reason)) {
      logOnce({ code, reason }, "sign-in refused");
      return { code, reason, returnTo };
    }
    const errorId = randomUUID();
    if (reason === "unexpected") log.error({ errorId, code, err: cause }, "sign-in failed unexpectedly");
    else log.info({ errorId, code, reason }, "sign-in failed");
    return { code, reason, returnTo, errorId };
  };
}
