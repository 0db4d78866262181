import { realTime, type Time } from "./time.ts";

/** Personio limits bursts to 15 requests a second, whatever is left of the minute. */
const REQUESTS_PER_SECOND_MAX = 15;

/** Requests that may go out at once after a pause. With more, the steady rate would exceed 15 a second. */
export const BURST_MAX = 10;

export type RateLimiter = {
  /** Resolves when the next request may go out, first come, first served. */
  take(signal?: AbortSignal): Promise<void>;
};

/** So many requests at once, and one more after each interval. */
export type Rate = { readonly burst: number; readonly intervalMs: number };

/**
 * A token bucket that keeps two limits: at most `requestsPerMinute` requests in any 60 seconds, and at most
 * 15 in any second. `null` lifts both, for a sandbox on the same machine.
 */
export const createRateLimiter = (requestsPerMinute: number | null, time: Time = realTime): RateLimiter =>
  createTokenBucket(requestsPerMinute === null ? UNLIMITED : rateOf(requestsPerMinute), time);

export const UNLIMITED: Rate = { burst: 1, intervalMs: 0 };

/**
 * A token bucket with a variable rate. It only stores the time when it is full again ("virtual scheduling",
 * ITU-T I.371). Each request moves that time by one interval, and waits if it moves too far. With a burst of
 * B and an interval of I, a window of W holds at most B - 1 + W / I requests. The limits follow from that.
 * (npm's `limiter` cannot cancel a wait, `p-throttle` keeps one limit, and neither accepts a clock.)
 */
export function createTokenBucket(
  rate: Rate,
  time: Time,
): RateLimiter & {
  /** Applies to the next request. A request that already waits keeps its time. */
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
      // A caller that gives up while waiting does not return its place: that leaves a gap, never a burst.
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
