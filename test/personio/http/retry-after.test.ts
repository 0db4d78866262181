import { describe, expect, test } from "vitest";
import { readRetryAfter, waitBeforeRetry } from "../../../src/personio/http/retry-after.ts";

const NOW = Date.parse("2026-11-23T12:00:00Z");

describe("readRetryAfter (A4)", () => {
  test.each([
    ["7", 7_000],
    [" 1 ", 1_000],
    ["Mon, 23 Nov 2026 12:00:30 GMT", 30_000],
    ["Monday, 23-Nov-26 12:00:30 GMT", 30_000],
  ])("readRetryAfter reads %j as a wait of %i ms", (value, waitMs) => {
    expect(readRetryAfter(value, NOW)).toBe(waitMs);
  });

  test.each([
    null,
    "",
    "0",
    "-1",
    "soon",
    "1.5",
    "2026-11-23T12:00:30Z",
    "Mon, 23 Nov 2026 11:59:30 GMT",
    "Mon, 99 Nov 2026 11:59:30 GMT",
  ])("readRetryAfter ignores %j", (value) => {
    expect(readRetryAfter(value, NOW)).toBeUndefined();
  });

  test.each([
    ["99999999", 99_999_999_000],
    ["9".repeat(400), Number.MAX_SAFE_INTEGER],
    ["Sat, 23 Nov 2126 12:00:00 GMT", Date.parse("2126-11-23T12:00:00Z") - NOW],
  ])("readRetryAfter reads %j in full: the caller decides how long to wait", (value, waitMs) => {
    expect(readRetryAfter(value, NOW)).toBe(waitMs);
  });
});

describe("waitBeforeRetry", () => {
  const retryPolicy = { retryMs: 60_000, requestedWaitMs: 60_000, deadlineMs: 60_000 };
  const call = { attempts: 1, elapsedMs: 0, waitedMs: 0, retryPolicy, random: () => 0.5 };
  const serverError = { kind: "UPSTREAM_ERROR", retryAfterMs: undefined } as const;
  const rateLimited = { kind: "RATE_LIMITED", retryAfterMs: undefined } as const;

  test("a wait is random over the whole range below a ceiling that doubles up to 16 s", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 30].map((attempts) =>
      waitBeforeRetry(serverError, { ...call, attempts }),
    );
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    expect(waitBeforeRetry(serverError, { ...call, random: () => 0 })).toBe(0);
  });

  test("a wait after a 429 without a time is at least a second", () => {
    expect(waitBeforeRetry(rateLimited, { ...call, random: () => 0 })).toBe(1_000);
    expect(waitBeforeRetry(rateLimited, call)).toBe(1_250);
  });

  test("a wait that Personio requests is kept, even past the end of the retry time", () => {
    expect(waitBeforeRetry({ ...rateLimited, retryAfterMs: 7_000 }, call)).toBe(7_000);
    expect(waitBeforeRetry({ ...serverError, retryAfterMs: 60_000 }, { ...call, elapsedMs: 59_999 })).toBe(
      60_000,
    );
  });

  test("A4: the client gives up when the waits that Personio requests exceed a minute in all", () => {
    expect(waitBeforeRetry({ ...rateLimited, retryAfterMs: 60_001 }, call)).toBeNull();
    const waited = { ...call, waitedMs: 40_000 };
    expect(waitBeforeRetry({ ...rateLimited, retryAfterMs: 20_000 }, waited)).toBe(20_000);
    expect(waitBeforeRetry({ ...rateLimited, retryAfterMs: 20_001 }, waited)).toBeNull();
  });

  test("the client gives up at once when Personio requests a longer wait than the caller accepts", () => {
    const hurried = { ...call, retryPolicy: { ...retryPolicy, requestedWaitMs: 5_000 } };
    expect(waitBeforeRetry({ ...rateLimited, retryAfterMs: 5_001 }, hurried)).toBeNull();
  });

  test("the last wait ends with the retry time, and then the client gives up", () => {
    expect(waitBeforeRetry(serverError, { ...call, attempts: 9, elapsedMs: 58_000 })).toBe(2_000);
    expect(waitBeforeRetry(serverError, { ...call, elapsedMs: 60_000 })).toBeNull();
    expect(
      waitBeforeRetry({ ...rateLimited, retryAfterMs: 1_000 }, { ...call, elapsedMs: 60_000 }),
    ).toBeNull();
  });
});
