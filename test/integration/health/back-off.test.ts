import { describe, expect, test } from "vitest";
import { isDue, isDueWhileBroken } from "../../../src/integration/health/back-off.ts";

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
  ])("waits $hours hours after $failures failures in a row", ({ failures, hours }) => {
    expect(isDueWhileBroken(failures, FAILED_AT, hoursLater(hours / 2))).toBe(false);
    expect(isDueWhileBroken(failures, FAILED_AT, hoursLater(hours))).toBe(true);
  });

  test("does not miss the turn hours later because the run itself took some minutes", () => {
    const endedLate = new Date(FAILED_AT.getTime() + 10 * 60_000);
    expect(isDueWhileBroken(3, endedLate, hoursLater(4))).toBe(true);
    expect(isDueWhileBroken(3, endedLate, hoursLater(3))).toBe(false);
  });

  test("does not wait for an attempt that there has not been", () => {
    expect(isDueWhileBroken(5, null, FAILED_AT)).toBe(true);
  });
});

describe("isDue", () => {
  test("takes every turn of an integration that is not BROKEN, whatever failed before", () => {
    expect(isDue({ status: "CONNECTED", failuresInARow: 2, lastAttemptAt: FAILED_AT }, FAILED_AT)).toBe(true);
  });

  test("lets turns of a BROKEN one pass", () => {
    expect(isDue({ status: "BROKEN", failuresInARow: 2, lastAttemptAt: FAILED_AT }, hoursLater(1))).toBe(
      false,
    );
  });
});
