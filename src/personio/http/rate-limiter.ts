import { realTime, type Time } from "./time.ts";

/** Personio counts 15 requests a second as a burst, whatever is left of the minute. */
const REQUESTS_PER_SECOND_MAX = 15;

/** Requests that may go out at once after a pause. More would break the 15 a second together with the steady rate. */
export const BURST_MAX = 10;

export type RateLimiter = {
  /** Resolves when the next request may go out, in the order of asking. */
  take(signal?: AbortSignal): Promise<void>;
};

/** So many requests at once, and one more for each interval that passes. */
export type Rate = { readonly burst: number; readonly intervalMs: number };

/**
 * A token bucket that keeps two limits at once: no 60 seconds hold more than `requestsPerMinute` requests, and no second
 * more than 15. `null` lifts both, for a sandbox on the same machine.
 */
export const createRateLimiter = (requestsPerMinute: number | null, time: Time = realTime): RateLimiter =>
  createTokenBucket(requestsPerMinute === null ? UNLIMITED : rateOf(requestsPerMinute), time);

export const UNLIMITED: Rate = { burst: 1, intervalMs: 0 };

/**
 * A token bucket whose rate may change. It only remembers when it will be full again ("virtual scheduling", ITU-T I.371):
 * each request moves that moment by one interval, and one that would move it too far waits. With a burst of B and an
 * interval of I, a window of W holds at most B - 1 + W / I requests; the limits follow from that. (npm's `limiter` and
 * `p-throttle` were looked at: the waits of the first cannot be cancelled, the second keeps one limit, and neither takes a
 * clock.)
 */
export function createTokenBucket(
  rate: Rate,
  time: Time,
): RateLimiter & {
  /** From the next request on. Whoever waits already goes when the rate before message. */
  setRate(rate: Rate): void;
} {
  let { burst, intervalMs } = rate;
  let fullAt = Number.NEGATIVE_INFINITY;

  return {
    async take(signal) {
      signal?.throwIfAborted();
      const now = time.now();
      fullAt = Math.max(fullAt, now) + intervalMs;
      const waitMs = fullAt - now - burst * intervalMs;
      // Taken is taken: a caller who gives up while waiting leaves a gap, never a crowd.
      if (waitMs > 0) await time.wait(waitMs, signal);
    },
    setRate: (rate) => {
      const now = time.now();
      const taken = intervalMs > 0 ? Math.max(0, fullAt - now) / intervalMs : 0;
      ({ burst, intervalMs } = rate);
      fullAt = now + taken * intervalMs;
    },
  };
}

function rateOf(requestsPerMinute: number): Rate {
  const burst = Math.max(1, Math.min(BURST_MAX, Math.floor(requestsPerMinute / 30)));
  const forTheMinute = 60_000 / (requestsPerMinute - burst + 1);
  const forTheSecond = 1_000 / (REQUESTS_PER_SECOND_MAX - burst + 1);
  return { burst, intervalMs: Math.max(forTheMinute, forTheSecond) };
}
