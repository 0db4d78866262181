import { describe, expect, test } from "vitest";
import { judgeApproved } from "../../../src/sync/plan/judge-approved.ts";

const settings = { leaverGuardPeople: 5 };
const position = (cleared: number, had = 100) => ({ field: "position", cleared, had });
const judge = (now: ReturnType<typeof position>[], shown: ReturnType<typeof position>[], othersLeaving = 0) =>
  judgeApproved({ cleared: now }, { othersLeaving, cleared: shown }, settings)?.code ?? null;

describe("an approval", () => {
  test("covers the plan that was shown, and any that takes less", () => {
    expect(judge([position(80)], [position(80)])).toBeNull();
    expect(judge([position(79)], [position(80)])).toBeNull();
    expect(judge([], [position(80)])).toBeNull();
  });

  test("covers nobody else's departure", () => {
    expect(judge([], [], 1)).toBe("SYNC_PLAN_OUTDATED");
  });

  test("does not cover a stopped field that is emptied for one person more, even where the guard allows it by now", () => {
    expect(judge([position(81)], [position(80)])).toBe("SYNC_PLAN_OUTDATED");
    expect(judge([position(61, 200)], [position(60, 100)])).toBe("SYNC_PLAN_OUTDATED");
  });

  test("is not needed for a field that no guard has stopped and none would stop", () => {
    expect(judge([position(4)], [position(3)])).toBeNull();
    expect(judge([position(4)], [])).toBeNull();
  });

  test("does not cover a field that only now is emptied for too many", () => {
    expect(judge([position(80)], [position(3)])).toBe("SYNC_PLAN_OUTDATED");
    expect(judge([position(80)], [])).toBe("SYNC_PLAN_OUTDATED");
  });
});
