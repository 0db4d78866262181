import type { Logger } from "../../log.ts";
import { type Fault, isPassing, type Outcome } from "./fault.ts";
import { type Patience, waitBeforeRetry } from "./retry-after.ts";
import type { Time } from "./time.ts";

/** What one attempt may use: its caller's signal, and the time that one request may take. */
export type Turn = { readonly signal: AbortSignal | undefined; readonly deadlineMs: number };

export type CallOptions = {
  readonly signal: AbortSignal | undefined;
  readonly patience: Patience;
};

export type PersistOptions = {
  readonly log: Logger;
  readonly time: Time;
  /** Whether doing it twice is harmless. If not, only what Personio has turned away at the door is sent again. */
  readonly repeatable?: boolean;
};

/**
 * Repeats an attempt while that is worth it, as long as its caller is patient; the fault that ends it says what was tried.
 * Rejects with the reason of `signal` as soon as that is aborted.
 */
export async function persist<Value>(
  attempt: (turn: Turn) => Promise<Outcome<Value>>,
  { signal, patience }: CallOptions,
  { log, time, repeatable = true }: PersistOptions,
): Promise<Outcome<Value>> {
  const startedAt = time.now();
  let askedMs = 0;
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await attempt({ signal, deadlineMs: patience.deadlineMs });
    if (outcome.ok) return outcome;

    const { fault } = outcome;
    const failingMs = time.now() - startedAt;
    const worthIt = isPassing(fault) && (repeatable || fault.kind === "RATE_LIMITED");
    const waitMs = worthIt
      ? waitBeforeRetry(fault, { attempts, failingMs, askedMs, patience, random: time.random })
      : null;
    if (waitMs === null) {
      const found = fault.found + historyOf(fault, { attempts, failingMs });
      return { ok: false, fault: { ...fault, found } };
    }

    const { asked, kind, found } = fault;
    log.warn({ asked, fault: kind, found, attempts, waitMs: Math.round(waitMs) }, "personio request retried");
    if (fault.retryAfterMs !== undefined) askedMs += waitMs;
    await time.wait(waitMs, signal);
  }
}

function historyOf(
  { retryAfterMs }: Fault,
  { attempts, failingMs }: { attempts: number; failingMs: number },
) {
  const tried = attempts > 1 ? `, after ${attempts} attempts in ${inSeconds(failingMs)}` : "";
  const asked =
    retryAfterMs === undefined ? "" : `; Personio asked us to retry after ${inSeconds(retryAfterMs)}`;
  return tried + asked;
}

const inSeconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
