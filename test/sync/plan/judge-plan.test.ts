import { describe, expect, test } from "vitest";
import { judgePlan } from "../../../src/sync/plan/judge-plan.ts";

const thresholds = { leaverGuardPeople: 5, leaverGuardPercent: 10 };
type Plan = {
  left?: number;
  firstAbsences?: number;
  unconfirmed?: number;
  current?: number;
  cleared?: [string, number, number][];
};
const problemOf = (plan: Plan, changed: Partial<typeof thresholds> = {}) =>
  judgePlan(
    {
      left: plan.left ?? 0,
      firstAbsences: plan.firstAbsences ?? 0,
      unconfirmed: plan.unconfirmed ?? 0,
      current: plan.current ?? 1_000,
      cleared: (plan.cleared ?? []).map(([field, cleared, had]) => ({ field, cleared, had })),
    },
    { ...thresholds, ...changed },
    [{ key: "dynamic_1", label: "Languages" }],
  );
const judge = (plan: Plan) => problemOf(plan)?.code ?? null;

describe("a plan", () => {
  test.each([
    [{ left: 100, current: 1_000 }, null],
    [{ left: 101, current: 1_000 }, "LEAVER_GUARD"],
    [{ left: 60, firstAbsences: 41, current: 1_000 }, "LEAVER_GUARD"],
    [{ left: 5, current: 5 }, null],
    [{ left: 6, current: 20 }, "LEAVER_GUARD"],
    [{ left: 0, current: 0 }, null],
    [{ left: 1_001, unconfirmed: 1_001, current: 100_000 }, "LEAVER_GUARD"],
  ])("a plan with the departures %j is judged %s", (plan, expected) => {
    expect(judge(plan)).toBe(expected);
  });

  test.each([
    [["position", 500, 1_000], null],
    [["position", 501, 1_000], "FIELD_GUARD"],
    [["position", 5, 6], null],
    [["position", 6, 6], "FIELD_GUARD"],
    [["position", 0, 0], null],
  ] as [[string, number, number], string | null][])(
    "a plan that empties %j is judged %s",
    (cleared, expected) => {
      expect(judge({ cleared: [["hireDate", 0, 1_000], cleared] })).toBe(expected);
    },
  );

  test.each([
    [1_000, 501, "FIELD_GUARD"],
    [1_000, 5, undefined],
    [0, 1, "FIELD_GUARD"],
  ])(
    "with leaverGuardPeople %i, a plan that empties a field for %i people is judged %s",
    (leaverGuardPeople, cleared, expected) => {
      const plan: Plan = { cleared: [["position", cleared, Math.max(cleared, 2 * cleared - 2)]] };
      expect(problemOf(plan, { leaverGuardPeople })?.code).toBe(expected);
    },
  );

  test.each([
    ["lastName", "lastName would be emptied for 600 of the 1000 people"],
    ["supervisorPersonioId", "supervisor would be emptied for 600 of the 1000 people"],
    ["departmentPersonioId", "department would be emptied for 600 of the 1000 people"],
    ["officePersonioId", "office would be emptied for 600 of the 1000 people"],
    ["legalEntityPersonioId", "legalEntity would be emptied for 600 of the 1000 people"],
    ["customAttributes.dynamic_1", 'The attribute "Languages" would be emptied for 600 of the 1000 people'],
    ["customAttributes.dynamic_2", 'The attribute "dynamic_2" would be emptied for 600 of the 1000 people'],
  ])("the problem of a plan that empties %s names the field: %s", (field, message) => {
    expect(problemOf({ cleared: [[field, 600, 1_000]] })?.message).toContain(message);
  });
});
