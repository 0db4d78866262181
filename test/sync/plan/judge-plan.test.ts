import { describe, expect, test } from "vitest";
import { judgePlan } from "../../../src/sync/plan/judge-plan.ts";

const thresholds = { leaverGuardPeople: 5, leaverGuardPercent: 10 };
const judge = (plan: {
  left?: number;
  firstAbsences?: number;
  current?: number;
  cleared?: [string, number, number][];
}) =>
  judgePlan(
    {
      left: plan.left ?? 0,
      firstAbsences: plan.firstAbsences ?? 0,
      current: plan.current ?? 1_000,
      cleared: (plan.cleared ?? []).map(([field, cleared, had]) => ({ field, cleared, had })),
    },
    thresholds,
  )?.code ?? null;

describe("a plan", () => {
  test.each([
    [{ left: 100, current: 1_000 }, null],
    [{ left: 101, current: 1_000 }, "LEAVER_GUARD"],
    [{ left: 60, firstAbsences: 41, current: 1_000 }, "LEAVER_GUARD"],
    [{ left: 5, current: 5 }, null],
    [{ left: 6, current: 20 }, "LEAVER_GUARD"],
    [{ left: 0, current: 0 }, null],
  ])("of departures %j is judged %s", (plan, expected) => {
    expect(judge(plan)).toBe(expected);
  });

  test.each([
    [["position", 500, 1_000], null],
    [["position", 501, 1_000], "FIELD_GUARD"],
    [["position", 5, 6], null],
    [["position", 6, 6], "FIELD_GUARD"],
    [["position", 0, 0], null],
  ] as [[string, number, number], string | null][])("that empties %j is judged %s", (cleared, expected) => {
    expect(judge({ cleared: [["hireDate", 0, 1_000], cleared] })).toBe(expected);
  });
});
