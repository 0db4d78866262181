import { describe, expect, test } from "vitest";
import { detectEvents, type LinkedRecord } from "../../../src/lifecycle/changes/detect-events.ts";
import { newlyReadableFields, withoutFirstReads } from "../../../src/lifecycle/changes/first-read.ts";
import type { PersonRecord } from "../../../src/people/write/person-record.ts";
import { EMPTY_RECORD } from "../../../src/sync/plan/merge-record.ts";

const linked = (changes: Partial<PersonRecord> = {}, supervisorId: string | null = null): LinkedRecord => ({
  record: { ...EMPTY_RECORD, personioId: "7", firstName: "Ada", lastName: "Lind", ...changes },
  supervisorId,
});

/** The changed fields, once these fields are read for the first time. */
const changed = (newly: readonly string[], before: LinkedRecord | null, after: LinkedRecord) => {
  const change = { personId: "ada", before, after, departmentId: null, officeId: null, continuation: null };
  return detectEvents(withoutFirstReads(change, new Set(newly)), "2026-06-15").flatMap(
    ({ kind, changedFields }) => changedFields ?? kind,
  );
};

describe("a field that is read for the first time", () => {
  test.each<[string, Partial<PersonRecord>, string[]]>([
    ["position", { position: "Engineer" }, ["position"]],
    ["dateOfBirth", { dateOfBirth: "1990-06-14" }, ["dateOfBirth", "birthday"]],
    ["preferredName", { preferredName: "Dada" }, ["displayName"]],
    ["departmentPersonioId", { departmentPersonioId: "d1" }, ["department"]],
    ["customAttributes.dynamic_1", { customAttributes: { dynamic_1: "L" } }, ["customAttributes"]],
  ])("%s is not a change at its first read, and one afterwards", (field, values, names) => {
    expect(changed([field], linked(), linked(values))).toEqual([]);
    expect(changed([], linked(), linked(values))).toEqual(names);
  });

  test("a first read changes no derived field", () => {
    const dates = { hireDate: "2027-01-01", originalHireDate: "2027-01-01" };
    expect(changed(["hireDate", "originalHireDate"], linked(), linked(dates))).toEqual([]);
    expect(changed([], linked(), linked(dates))).toEqual(["isPreHire", "hireDate", "originalHireDate"]);
  });

  test("a first read does not change the supervisor", () => {
    const after = linked({ supervisorPersonioId: "1" }, "boss");
    expect(changed(["supervisorPersonioId"], linked(), after)).toEqual([]);
    expect(changed([], linked(), after)).toEqual(["supervisor", "SUPERVISOR_CHANGED"]);
  });

  test("a first read hides no change of another field", () => {
    const after = linked({ position: "Engineer", lastName: "Berg" });
    expect(changed(["position"], linked(), after)).toEqual(["lastName", "displayName"]);
  });

  test("a first read hides no change of another custom attribute", () => {
    const before = linked({ customAttributes: { dynamic_1: "L" } });
    const after = linked({ customAttributes: { dynamic_1: "XL", dynamic_2: "Yes" } });
    expect(changed(["customAttributes.dynamic_2"], before, after)).toEqual(["customAttributes"]);
  });

  test("a first full read is a change if a sync of some people has read another value", () => {
    expect(changed(["position"], linked({ position: "Engineer" }), linked({ position: "Lead" }))).toEqual([
      "position",
    ]);
    expect(changed(["position"], linked({ position: "Engineer" }), linked())).toEqual(["position"]);
  });

  test("a new person is added despite a first read", () => {
    expect(changed(["position"], null, linked({ position: "Lead" }))).toEqual(["PERSON_ADDED"]);
  });
});

test("a field that no run has read is newly readable; without a list of read fields, known ones are not", () => {
  expect([...newlyReadableFields(["status"], ["status", "position"])]).toEqual(["position"]);
  expect([...newlyReadableFields(["status", "position"], ["status"])]).toEqual([]);
  expect([...newlyReadableFields(null, ["status", "position"])]).toEqual([]);
});
