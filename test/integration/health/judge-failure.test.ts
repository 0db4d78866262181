import { describe, expect, test } from "vitest";
import { type FailedRun, type Health, judgeFailure } from "../../../src/integration/health/judge-failure.ts";

const BEFORE = new Date("2026-03-02T04:00:00Z");
const NOW = new Date("2026-03-02T08:00:00Z");

const health = (fields: Partial<Health> = {}): Health => ({
  status: "CONNECTED",
  failuresInARow: 0,
  lastAttemptAt: BEFORE,
  problemCode: null,
  problemHelp: null,
  ...fields,
});

const outage = (fields: Partial<FailedRun> = {}): FailedRun => ({
  problem: { code: "PERSONIO_UNAVAILABLE", message: "503 after 7 attempts", help: "Wait." },
  needsHuman: false,
  byHand: false,
  failedAt: NOW,
  ...fields,
});

const accessMissing = (help: string): FailedRun => ({
  ...outage({ needsHuman: true }),
  problem: { code: "PERSONIO_ACCESS_MISSING", message: "The credential may not read it.", help },
});

describe("judgeFailure", () => {
  test("a failure that an admin must solve breaks the integration at once", () => {
    expect(judgeFailure(health(), accessMissing("Tick Email."))).toEqual({
      status: "BROKEN",
      failuresInARow: 1,
      lastAttemptAt: NOW,
      isNews: true,
    });
  });

  test.each([
    { failures: 0, status: "CONNECTED", isNews: false },
    { failures: 1, status: "CONNECTED", isNews: false },
    { failures: 2, status: "BROKEN", isNews: true },
  ])("an integration is $status by an outage after $failures failures", ({ failures, status, isNews }) => {
    expect(judgeFailure(health({ failuresInARow: failures }), outage())).toMatchObject({
      status,
      isNews,
      failuresInARow: failures + 1,
    });
  });

  test("a cause is reported once, whatever the details of the next failure", () => {
    const broken = health({ status: "BROKEN", failuresInARow: 3, problemCode: "PERSONIO_UNAVAILABLE" });
    expect(judgeFailure(broken, outage())).toEqual({
      status: "BROKEN",
      failuresInARow: 4,
      lastAttemptAt: NOW,
      isNews: false,
    });
  });

  test("another cause, or another task for the admin, is reported again", () => {
    const broken = health({ status: "BROKEN", failuresInARow: 3, problemCode: "PERSONIO_UNAVAILABLE" });
    expect(judgeFailure(broken, accessMissing("Tick Email."))).toMatchObject({ isNews: true });
    const missing = health({
      status: "BROKEN",
      problemCode: "PERSONIO_ACCESS_MISSING",
      problemHelp: "Tick Email.",
    });
    expect(judgeFailure(missing, accessMissing("Tick Email."))).toMatchObject({ isNews: false });
    expect(judgeFailure(missing, accessMissing("Tick Email and Status."))).toMatchObject({ isNews: true });
  });

  test("manual runs do not lengthen the back-off of a BROKEN integration", () => {
    const broken = health({ status: "BROKEN", failuresInARow: 3 });
    expect(judgeFailure(broken, outage({ byHand: true }))).toMatchObject({
      failuresInARow: 3,
      lastAttemptAt: BEFORE,
    });
    expect(judgeFailure(health({ failuresInARow: 2 }), outage({ byHand: true }))).toMatchObject({
      status: "BROKEN",
      failuresInARow: 3,
    });
  });
});
