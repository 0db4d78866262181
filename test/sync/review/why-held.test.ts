import { describe, expect, test } from "vitest";
import { judgeApproved } from "../../../src/sync/review/why-held.ts";

const settings = { leaverGuardPeople: 5 };
const position = (cleared: number, had = 100) => ({ field: "position", cleared, had });
const judge = (now: ReturnType<typeof position>[], shown: ReturnType<typeof position>[], othersLeaving = 0) =>
  judgeApproved({ cleared: now }, { othersLeaving, cleared: shown }, settings)?.code ?? null;

describe("an approval", () => {
  test("an approval covers the shown plan, and any plan that removes less", () => {
    expect(judge([position(80)], [position(80)])).toBeNull();
    expect(judge([position(79)], [position(80)])).toBeNull();
    expect(judge([], [position(80)])).toBeNull();
  });

  test("an approval covers no departure of another person", () => {
    expect(judge([], [], 1)).toBe("SYNC_PLAN_OUTDATED");
  });

  test("an approval does not cover a stopped field that is emptied for one more person, even if the guard allows it now", () => {
    expect(judge([position(81)], [position(80)])).toBe("SYNC_PLAN_OUTDATED");
    expect(judge([position(61, 200)], [position(60, 100)])).toBe("SYNC_PLAN_OUTDATED");
  });

  test("a field that no guard stopped, or would stop, needs no approval", () => {
    expect(judge([position(4)], [position(3)])).toBeNull();
    expect(judge([position(4)], [])).toBeNull();
  });

  test("an approval does not cover a field that is only now emptied for too many people", () => {
    expect(judge([position(80)], [position(3)])).toBe("SYNC_PLAN_OUTDATED");
    expect(judge([position(80)], [])).toBe("SYNC_PLAN_OUTDATED");
  });
});
