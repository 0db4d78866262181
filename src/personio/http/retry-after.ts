import type { Fault } from "./fault.ts";

/** Nobody gains from a longer wait: the timetable comes round again. */
const RETRY_AFTER_MS_MAX = 15 * 60_000;

/** The ceiling of the first wait; it doubles with each attempt. */
const BACKOFF_MS = 500;
const BACKOFF_MS_MAX = 16_000;

/** Personio's documentation of the employees' rate limit: after a 429, wait at least a second. */
const RATE_LIMITED_MS_MIN = 1_000;

/** How long a caller is willing to wait. */
export type Patience = {
  /** For a call that goes on failing. */
  readonly failingMs: number;
  /** When Personio names the time to come back. */
  readonly askedMs: number;
  /** For one answer, to its last byte. */
  readonly deadlineMs: number;
};

/**
 * What `Retry-After` asks for, at most 15 minutes. `undefined` when it is absent, unreadable or not in the future: then
 * it says nothing, and the usual back-off applies.
 */
export function readRetryAfter(value: string | null, now: number): number | undefined {
  const text = value?.trim() ?? "";
  // Only the forms of RFC 9110: `Date.parse` on its own would read "-1" as a day in 2001.
  if (/^\d+$/.test(text)) return inRange(Number(text) * 1_000);
  if (/^[A-Z][a-z]+, .* GMT$/.test(text)) return inRange(Date.parse(text) - now);
  return undefined;
}

const inRange = (waitMs: number): number | undefined =>
  waitMs > 0 ? Math.min(waitMs, RETRY_AFTER_MS_MAX) : undefined;

/**
 * How long to wait before the next attempt, or `null` when it is time to give up.
 *
 * A wait that Personio names is kept even when it reaches past the end of our patience, and then gets its one attempt.
 * Our own waits are drawn from the whole range (full jitter), so that many accounts do not come back in step; the last
 * of them is shortened to end with our patience.
 */
export function waitBeforeRetry(
  { kind, retryAfterMs }: Pick<Fault, "kind" | "retryAfterMs">,
  call: {
    /** Attempts so far, the one that has just failed included. */
    readonly attempts: number;
    readonly failingMs: number;
    readonly patience: Patience;
    readonly random: () => number;
  },
): number | null {
  const leftMs = call.patience.failingMs - call.failingMs;
  if (leftMs <= 0) return null;
  if (retryAfterMs !== undefined) return retryAfterMs <= call.patience.askedMs ? retryAfterMs : null;

  const ceilingMs = Math.min(BACKOFF_MS * 2 ** (call.attempts - 1), BACKOFF_MS_MAX);
  const floorMs = kind === "RATE_LIMITED" ? RATE_LIMITED_MS_MIN : 0;
  return Math.min(floorMs + call.random() * ceilingMs, leftMs);
}
