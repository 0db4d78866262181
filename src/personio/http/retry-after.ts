import type { Failure } from "./failure.ts";

/** The ceiling of the first wait; it doubles with each attempt. */
const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 16_000;

/** Personio's documentation of the employees' rate limit: after a 429, wait at least a second. */
const RATE_LIMITED_MS_MIN = 1_000;

/** How long a caller is willing to wait. */
export type RetryPolicy = {
  /** For a call that goes on failing. */
  readonly retryMs: number;
  /** For the waits that Personio names, in all. */
  readonly requestedWaitMs: number;
  /** For one answer, to its last byte. */
  readonly deadlineMs: number;
};

/**
 * What `Retry-After` asks for, however long. `undefined` when it is absent, unreadable or not in the future: then
 * it says nothing, and the usual back-off applies.
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  // Only the forms of RFC 9110: `Date.parse` on its own would read "-1" as a day in 2001.
  if (/^\d+$/.test(text)) return inFuture(Number(text) * 1_000);
  if (/^[A-Z][a-z]+, .* GMT$/.test(text)) return inFuture(Date.parse(text) - now);
  return undefined;
}

/** Digits without end are infinity, and no number of seconds. */
const inFuture = (waitMs: number): number | undefined =>
  waitMs > 0 ? Math.min(waitMs, Number.MAX_SAFE_INTEGER) : undefined;

/**
 * How long to wait before the next attempt, or `null` when it is time to give up.
 *
 * A wait that Personio names is kept even when it reaches past the end of our own back-off, and then gets its one attempt; but all such
 * waits together may take no longer than `requestedWaitMs`.
 * Our own waits are drawn from the whole range (full jitter), so that many accounts do not come back in step; the last
 * of them is shortened to end with our retryPolicy.
 */
export function waitBeforeRetry(
  { kind, retryAfterMs }: Pick<Failure, "kind" | "retryAfterMs">,
  call: {
    /** Attempts so far, the one that has just failed included. */
    readonly attempts: number;
    readonly elapsedMs: number;
    /** How long Personio has had us wait already. */
    readonly waitedMs: number;
    readonly retryPolicy: RetryPolicy;
    readonly random: () => number;
  },
): number | null {
  const leftMs = call.retryPolicy.retryMs - call.elapsedMs;
  if (leftMs <= 0) return null;
  if (retryAfterMs !== undefined)
    return call.waitedMs + retryAfterMs <= call.retryPolicy.requestedWaitMs ? retryAfterMs : null;

  const ceilingMs = Math.min(BACKOFF_MS * 2 ** (call.attempts - 1), BACKOFF_MS_MAX);
  const floorMs = kind === "RATE_LIMITED" ? RATE_LIMITED_MS_MIN : 0;
  return Math.min(floorMs + call.random() * ceilingMs, leftMs);
}
