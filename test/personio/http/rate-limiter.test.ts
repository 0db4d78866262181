import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRateLimiter } from "../../../src/personio/http/rate-limiter.ts";
import { realTime } from "../../../src/personio/http/time.ts";
import { createSkippingTime } from "../skipping-time.ts";

/** The times of consecutive requests, with these pauses before them. */
async function departures(requestsPerMinute: number | null, pausesMs: readonly number[]): Promise<number[]> {
  const time = createSkippingTime();
  const limiter = createRateLimiter(requestsPerMinute, time);
  const times: number[] = [];
  for (const pauseMs of pausesMs) {
    time.advance(pauseMs);
    await limiter.take();
    times.push(time.now());
  }
  return times;
}

/** The most requests in any window of this length. */
const mostWithin = (windowMs: number, times: readonly number[]): number =>
  // A millionth of a millisecond less, because these sums of fractions are not exact.
  Math.max(...times.map((start) => times.filter((t) => t >= start && t < start + windowMs - 1e-6).length));

describe("A rate limiter", () => {
  test("a rate limiter never exceeds the limits per minute and per second, whatever the demand", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_200 }),
        fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 })), {
          minLength: 1,
          maxLength: 400,
          size: "max",
        }),
        async (requestsPerMinute, pausesMs) => {
          const times = await departures(requestsPerMinute, pausesMs);
          expect(mostWithin(60_000, times)).toBeLessThanOrEqual(requestsPerMinute);
          expect(mostWithin(1_000, times)).toBeLessThanOrEqual(15);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a rate limiter uses its limit: 300 a minute allow at least 285 under steady demand", async () => {
    const times = await departures(300, Array(1_500).fill(0));
    const minutes = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 60_000;
    expect(1_500 / minutes).toBeGreaterThan(285);
  });

  test("a rate limiter allows a small burst after a pause", async () => {
    const times = await departures(300, Array(10).fill(0));
    expect(new Set(times).size).toBe(1);
  });

  test("a rate limiter without a limit never waits", async () => {
    const times = await departures(null, Array(1_000).fill(0));
    expect(new Set(times).size).toBe(1);
  });

  test("a rate limiter serves callers in their order", async () => {
    const limiter = createRateLimiter(6_000);
    const order: number[] = [];
    await Promise.all(Array.from({ length: 12 }, (_, index) => limiter.take().then(() => order.push(index))));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test("a rate limiter releases a caller that aborts, with the caller's own reason", async () => {
    const limiter = createRateLimiter(1, realTime);
    await limiter.take();
    const reason = new Error("no longer wanted");
    const leaving = new AbortController();
    const turn = limiter.take(leaving.signal);
    leaving.abort(reason);
    await expect(turn).rejects.toBe(reason);
  });
});
