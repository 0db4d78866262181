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

/** Requests a second on a route, under steady demand, after a response with these headers. */
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
  test("a route uses 80 % of its announced rate", async () => {
    expect(await steadyRate(announcing(30))).toBeCloseTo(24);
    expect(await steadyRate(announcing(1))).toBeCloseTo(0.8);
  });

  test("a route counts the cost of a request", async () => {
    expect(await steadyRate(announcing(30, { "x-ratelimit-requested-tokens": "3" }))).toBeCloseTo(8);
  });

  test("a route starts at 8 a second, and keeps that after a response that announces nothing", async () => {
    expect(await steadyRate(null)).toBeCloseTo(8);
    for (const rate of ["0", "-5", "soon", "", "Infinity"]) {
      expect(await steadyRate(announcing(30, { "x-ratelimit-replenish-rate": rate }))).toBeCloseTo(8);
    }
    expect(await steadyRate(new Headers({ "retry-after": "1" }))).toBeCloseTo(8);
  });

  test("a rate at which no run would end is ignored: Personio's 429 decides then (A4)", async () => {
    expect(await steadyRate(announcing(0.001))).toBeCloseTo(8);
    expect(await steadyRate(announcing(30, { "x-ratelimit-requested-tokens": "1e9" }))).toBeCloseTo(8);
  });

  test("a route is slower if the operator wants that, but never faster than Personio allows", async () => {
    expect(await steadyRate(announcing(30), { requestsPerMinute: 150 })).toBeCloseTo(12);
    expect(await steadyRate(announcing(30), { requestsPerMinute: 100_000 })).toBeCloseTo(24);
  });

  test("a route never sends more at once than the bucket holds", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    limiters.update("/v2/persons", announcing(1, { "x-ratelimit-burst-capacity": "3" }));
    for (let taken = 0; taken < 3; taken += 1) await limiters.take("/v2/persons");
    expect(time.waits).toEqual([1_250]);
  });

  test("each route has its own rate", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    limiters.update("/v2/persons", announcing(0.001));
    for (let taken = 0; taken < 8; taken += 1) await limiters.take("/v2/workplaces");
    expect(time.waits).toEqual([]);
  });

  test("a new rate also applies to the places that were taken at the former rate", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(300, time);
    const waiting = Promise.all(Array.from({ length: 50 }, () => limiters.take("/v2/persons")));
    limiters.update("/v2/persons", announcing(1_000));
    time.waits.length = 0;
    await limiters.take("/v2/persons");
    // 50 requests at 800 a second, ten of them at once: not 50 at 8 a second.
    expect(Math.max(0, ...time.waits)).toBeLessThan(100);
    await waiting;
  });

  test("a sandbox on the same machine has no limits", async () => {
    const time = createSkippingTime();
    const limiters = createAnnouncedLimiters(null, time);
    limiters.update("/v2/persons", announcing(1));
    for (let taken = 0; taken < 1_000; taken += 1) await limiters.take("/v2/persons");
    expect(time.waits).toEqual([]);
  });

  test("a route releases a caller that aborts, with the caller's own reason", async () => {
    const limiters = createAnnouncedLimiters(300, createSkippingTime());
    const reason = new Error("no longer wanted");
    await expect(limiters.take("/v2/persons", AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
