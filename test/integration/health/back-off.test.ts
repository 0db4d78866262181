import { describe, expect, test } from "vitest";
import { isDue, isDueWhileBroken, notBeforeOf } from "../../../src/integration/health/back-off.ts";

const FAILED_AT = new Date("2026-03-02T08:00:00Z");
const hoursLater = (hours: number): Date => new Date(FAILED_AT.getTime() + hours * 3_600_000);

describe("isDueWhileBroken", () => {
  test.each([
    { failures: 1, hours: 1 },
    { failures: 2, hours: 2 },
    { failures: 3, hours: 4 },
    { failures: 4, hours: 8 },
    { failures: 5, hours: 16 },
    { failures: 6, hours: 24 },
    { failures: 2_000, hours: 24 },
  ])("the timetable waits $hours hours after $failures failures in a row", ({ failures, hours }) => {
    expect(isDueWhileBroken(failures, FAILED_AT, hoursLater(hours / 2))).toBe(false);
    expect(isDueWhileBroken(failures, FAILED_AT, hoursLater(hours))).toBe(true);
  });

  test("a slot is not missed because the run before it took some minutes", () => {
    const endedLate = new Date(FAILED_AT.getTime() + 10 * 60_000);
    expect(isDueWhileBroken(3, endedLate, hoursLater(4))).toBe(true);
    expect(isDueWhileBroken(3, endedLate, hoursLater(3))).toBe(false);
  });

  test("the timetable does not wait without a previous attempt", () => {
    expect(isDueWhileBroken(5, null, FAILED_AT)).toBe(true);
  });
});

describe("isDue", () => {
  const failed = { failuresInARow: 2, lastAttemptAt: FAILED_AT, notBefore: null };

  test("every slot of an integration that is not BROKEN is due, whatever failed before", () => {
    expect(isDue({ ...failed, status: "CONNECTED" }, FAILED_AT)).toBe(true);
  });

  test("a BROKEN integration skips slots", () => {
    expect(isDue({ ...failed, status: "BROKEN" }, hoursLater(1))).toBe(false);
  });

  test.each(["CONNECTED", "BROKEN"] as const)(
    "A4: no slot of a %s integration is due before the time that Personio requested",
    (status) => {
      const named = { ...failed, status, notBefore: hoursLater(7) };
      expect(isDue(named, hoursLater(6.99))).toBe(false);
      expect(isDue(named, hoursLater(7))).toBe(true);
    },
  );
});

describe("the time before which Personio wants no request (A4)", () => {
  test.each([
    ["120", 120],
    ["86400", 86_400],
    ["99999999", 86_400],
    [String(Number.MAX_SAFE_INTEGER), 86_400],
  ])("a wait of %s s counts as %i s, at most a day", (retryAfterSeconds, seconds) => {
    const notBefore = notBeforeOf({ details: { retryAfterSeconds } }, FAILED_AT);
    expect(notBefore).toEqual(new Date(FAILED_AT.getTime() + seconds * 1_000));
  });

  test.each([{}, { retryAfterSeconds: "0" }, { retryAfterSeconds: "soon" }])(
    "there is no such time in %o",
    (details) => {
      expect(notBeforeOf({ details: details as Record<string, string> }, FAILED_AT)).toBeNull();
    },
  );
});
