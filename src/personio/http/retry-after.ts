import type { Failure } from "./failure.ts";

/** The upper limit of the first wait; it doubles with each attempt. */
const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 16_000;

/** Personio's documentation of the rate limit for employees: wait at least a second after a 429. */
const RATE_LIMITED_MS_MIN = 1_000;

/** How long a caller accepts to wait. */
export type RetryPolicy = {
  /** For a call that keeps failing. */
  readonly retryMs: number;
  /** For all waits that Personio requests, together. */
  readonly requestedWaitMs: number;
  /** For one response, to its last byte. */
  readonly deadlineMs: number;
};

/**
 * The wait that `Retry-After` requests, however long. `undefined` when it is absent, unreadable or not in the
 * future: then the usual back-off applies.
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  // Only the formats of RFC 9110: `Date.parse` on its own would read "-1" as a day in 2001.
  if (/^\d+$/.test(text)) return inFuture(Number(text) * 1_000);
  if (/^[A-Z][a-z]+, .* GMT$/.test(text)) return inFuture(Date.parse(text) - now);
  return undefined;
}

/** Too many digits parse as infinity, which is not a number of milliseconds. */
const inFuture = (waitMs: number): number | undefined =>
  waitMs > 0 ? Math.min(waitMs, Number.MAX_SAFE_INTEGER) : undefined;

/**
 * How long to wait before the next attempt, or `null` to give up.
 *
 * A wait that Personio requests applies even beyond the end of our own back-off, and one attempt follows it.
 * All such waits together may not exceed `requestedWaitMs`. Our own waits are random over the whole range
 * (full jitter), so that accounts do not retry in step. The last one ends with `retryMs`.
 */
export function waitBeforeRetry(
  { kind, retryAfterMs }: Pick<Failure, "kind" | "retryAfterMs">,
  call: {
    /** Attempts so far, including the one that has just failed. */
    readonly attempts: number;
    readonly elapsedMs: number;
    /** How long Personio has made us wait so far. */
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
