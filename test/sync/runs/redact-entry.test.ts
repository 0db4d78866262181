import { expect, test } from "vitest";
import { redactEntry } from "../../../src/sync/runs/redact-entry.ts";

const message = 'The settings exclude the employment type "Freelance".';
const ENTRY = {
  reason: "EXCLUDED",
  message,
  help: "Change syncedEmploymentTypes.",
  storedCause: { kind: "EXCLUDED_EMPLOYMENT_TYPE", parameters: { employmentType: "Freelance" }, message },
} as const;

test.each(["employmentType", "legalEntity"])(
  "a viewer who may not see the %s gets another sentence, and its cause without the value",
  (field) => {
    const seen = redactEntry(ENTRY, [field]);
    expect(seen.storedCause).toEqual({ kind: "EXCLUDED_BY_SETTINGS", message: seen.message });
    expect(JSON.stringify(seen)).not.toContain("Freelance");
  },
);

test("an entry stays as it is for a viewer who may see its fields, and so does one with another reason", () => {
  expect(redactEntry(ENTRY, ["birthday"])).toBe(ENTRY);
  const other = { ...ENTRY, reason: "MISSING_WORK_EMAIL" } as const;
  expect(redactEntry(other, ["employmentType"])).toBe(other);
});
