import { describe, expect, test } from "vitest";
import { createAnnouncedLimiters } from "../../../src/personio/http/route-limiters.ts";
import { createSkippingTime } from "../skipping-time.ts";

const announcing = (perSecond: number, more: Record<string, string> = {}) =>
  new Headers({
    "x-ratelimit-replenish-rate": String(perSecond),
    "x-ratelimit-burst-capacity": "100",
    "x-ratelimit-requested-tokens": "1",
    "x-ratelimit-remaining": "42",
    ...more,
  });

/** How many requests a second go to a route, under steady demand, after it was told this. */
async function steadyRate(
  headers: Headers | null,
  { requestsPerMinute = 300 }: { requestsPerMinute?: number } = {},
): Promise<number> {
  const time = createSkippingTime();
  const limiters = createAnnouncedLimiters(requestsPerMinute, time);
  if (headers) limiters.update("/v2/persons", headers);
  for (let taken = 0; taken < 20; taken += 1) await limiters.take("/v2/persons");
  const startedAt = time.now();
  for (let taken = 0; taken < 100; taken += 1) await limiters.take("/v2/persons");
  return 100 / ((time.now() - startedAt) / 1_000);
}

describe("Announced limiters", () => {
  test("keep to 80 % of what was announced", async () => {
    expect(await steadyRate(announcing(30))).toBeCloseTo(24);
    expect(await steadyRate(announcing(1))).toBeCloseTo(0.8);
  });

  test("count what a request costs", async () => {
    expect(await steadyRate(announcing(30, { "x-ratelimit-requested-tokens": "3" }))).toBeCloseTo(8);
  });

  test("start at 8 a second, and stay there for an answer that announces nothing", async () => {
    expect(await steadyRate(null)).toBeCloseTo(8);
    for (const rate of ["0", "-5", "soon", "", "Infinity"]) {
      expect(await steadyRate(announcing(30, { "x-ratelimit-replenish-rate": rate }))).toBeCloseTo(8);
    }
    expect(await steadyRate(new Headers({ "retry-after": "1" }))).toBeCloseTo(8);
  });

  test("follow an operator who wants less, and no more than Personio allows", async () => {
    expect(await steadyRate(announcing(30), { requestsPerMinute: 150 })).toBeCloseTo(12);
    expect(await steadyRate(announcing(30), { requestsPerMinute: 100_000 })).toBeCloseTo(24);
  });

  test("never let more go at once than the bucket holds", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    limiters.update("/v2/persons", announcing(1, { "x-ratelimit-burst-capacity": "3" }));
    for (let taken = 0; taken < 3; taken += 1) await limiters.take("/v2/persons");
    expect(time.waits).toEqual([1_250]);
  });

  test("hold each route to its own", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    limiters.update("/v2/persons", announcing(0.001));
    for (let taken = 0; taken < 8; taken += 1) await limiters.take("/v2/workplaces");
    expect(time.waits).toEqual([]);
  });

  test("take back the places that were given at another rate", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    const waiting = Promise.all(Array.from({ length: 50 }, () => limiters.take("/v2/persons")));
    limiters.update("/v2/persons", announcing(1_000));
    time.waits.length = 0;
    await limiters.take("/v2/persons");
    // 50 requests at 800 a second, of which ten may go at once: not 50 at 8 a second.
    expect(Math.max(0, ...time.waits)).toBeLessThan(100);
    await waiting;
  });

  test("are none for a sandbox on the same machine", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(null, time);
    limiters.update("/v2/persons", announcing(1));
    for (let taken = 0; taken < 1_000; taken += 1) await limiters.take("/v2/persons");
    expect(time.waits).toEqual([]);
  });

  test("let go of a caller that gives up, with the caller's own reason", async () => {
    const limiters = createAnnouncedLimiters(300, createSkippingTime());
    const reason = new Error("no longer wanted");
    await expect(limiters.take("/v2/persons", AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
