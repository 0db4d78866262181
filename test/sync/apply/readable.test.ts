import { expect, test } from "vitest";
import { findUnreadableKinds } from "../../../src/sync/apply/readable.ts";

const KEY_OF = {
  hireDate: "hire_date",
  probationEndDate: "probation_period_end",
  contractEndDate: "contract_end_date",
  terminationDate: "termination_date",
  dateOfBirth: "dynamic_7",
};

const granted = (...keys: string[]) =>
  keys.map((key) => ({ key, label: key, type: "date", universalId: null, options: [] }));

test("every kind with a granted attribute is readable", () => {
  expect(findUnreadableKinds({ keyOf: KEY_OF }, granted(...Object.values(KEY_OF)))).toEqual([]);
});

test("without the hire date there are neither first days nor anniversaries", () => {
  const others = Object.values(KEY_OF).filter((key) => key !== "hire_date");
  expect(findUnreadableKinds({ keyOf: KEY_OF }, granted(...others))).toEqual([
    "HIRE_DATE",
    "WORK_ANNIVERSARY",
  ]);
});

test("a date without a mapped attribute is unreadable, whatever is granted", () => {
  const { dateOfBirth: _, ...keyOf } = KEY_OF;
  expect(findUnreadableKinds({ keyOf }, granted(...Object.values(KEY_OF)))).toEqual(["BIRTHDAY"]);
});
