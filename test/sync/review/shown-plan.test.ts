import { expect, test } from "vitest";
import { withNames } from "../../../src/sync/review/shown-plan.repository.ts";

test("a plan shows known names beside ids", () => {
  const names = new Map([["departmentPersonioId 330", "Production"]]);
  expect(withNames({ departmentPersonioId: "330", officePersonioId: "330", position: null }, names)).toEqual({
    departmentPersonioId: "330",
    department: "Production",
    officePersonioId: "330",
    position: null,
  });
});
