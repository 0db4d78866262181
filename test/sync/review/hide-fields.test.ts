import { expect, test } from "vitest";
import { hideFields } from "../../../src/sync/review/hide-fields.ts";
import { withNames } from "../../../src/sync/review/reference-names.ts";

const fields = {
  position: "Engineer",
  dateOfBirth: "1990-07-31",
  terminationDate: "2027-01-31",
  contractEndDate: null,
};

test("an administrator without the scopes sees in a plan that a guarded date changes, and not what it is", () => {
  expect(hideFields(fields, { scopes: new Set(["people:admin"]) })).toEqual({
    position: "Engineer",
    dateOfBirth: "(hidden)",
    terminationDate: "(hidden)",
    contractEndDate: null,
  });
});

test("each scope shows what is under it", () => {
  expect(hideFields(fields, { scopes: new Set(["people:admin", "people:hr"]) })).toMatchObject({
    dateOfBirth: "(hidden)",
    terminationDate: "2027-01-31",
  });
  expect(hideFields(fields, { scopes: new Set(["people:hr", "people:sensitive"]) })).toEqual(fields);
});

test("ids in a plan have their names beside them where they are known", () => {
  const names = new Map([["departmentPersonioId 330", "Production"]]);
  expect(withNames({ departmentPersonioId: "330", officePersonioId: "330", position: null }, names)).toEqual({
    departmentPersonioId: "330",
    department: "Production",
    officePersonioId: "330",
    position: null,
  });
});
