import { describe, expect, test } from "vitest";
import { describeAttributes, findUnreadable } from "../../src/integration/describe-integration.ts";
import type { Attribute } from "../../src/personio/employee.ts";

const attribute = (key: string): Attribute => ({
  key,
  label: key,
  type: "standard",
  universalId: key,
  options: [],
});

const MAPPING = [
  { personField: "workEmail", personioAttribute: "email" },
  { personField: "supervisor", personioAttribute: "supervisor" },
  { personField: "subCompany", personioAttribute: "subcompany" },
  { personField: "legalEntity", personioAttribute: "subcompany" },
  { personField: "employeeId", personioAttribute: null },
  { personField: "customAttributes", personioAttribute: "dynamic_77" },
];

const granted = (...without: string[]): Attribute[] =>
  ["email", "supervisor", "subcompany", "dynamic_77"].filter((key) => !without.includes(key)).map(attribute);

describe("findUnreadable", () => {
  test("findUnreadable returns nothing while all mapped attributes are readable", () => {
    expect(findUnreadable(granted(), MAPPING)).toEqual([]);
  });

  test("(A13) the warning about a lost supervisor names its cost, the kept values and the right to tick", () => {
    const [warning, ...others] = findUnreadable(granted("supervisor"), MAPPING);
    expect(others).toEqual([]);
    expect(warning).toMatchObject({
      code: "ATTRIBUTE_NOT_READABLE",
      message: 'The credential may no longer read "Supervisor", which supplies supervisor.',
    });
    expect(warning?.help).toContain("The directory keeps the stored values");
    expect(warning?.help).toContain("no reporting lines");
    expect(warning?.help).toContain('tick "Supervisor"');
  });

  test("an attribute of two fields causes one warning", () => {
    expect(findUnreadable(granted("subcompany"), MAPPING).map(({ message }) => message)).toEqual([
      'The credential may no longer read "Subcompany", which supplies subCompany and legalEntity.',
    ]);
  });

  test("a custom attribute is named by its key, because its label is unknown now", () => {
    const [warning] = findUnreadable(granted("dynamic_77"), MAPPING);
    expect(warning?.message).toContain('"dynamic_77"');
    expect(warning?.help).toContain("The directory keeps the stored values but no longer updates them.");
  });
});

test("describeAttributes explains the use of public holidays, although they fill no field of a person", () => {
  const described = describeAttributes([...granted(), attribute("holiday_calendar")], MAPPING);
  expect(described.find(({ key }) => key === "holiday_calendar")).toMatchObject({
    granted: true,
    neededFor: ["office"],
  });
  const missing = describeAttributes(granted(), MAPPING);
  expect(missing.find(({ key }) => key === "holiday_calendar")).toBeUndefined();
});

test("an attribute that is not granted has a reason: it is not ticked, or it belongs to a refused right", () => {
  const refusal = (right: string) => ({
    asked: "GET /v1/company/employees/attributes",
    attributes: ["supervisor"],
    reason: { code: "PERSONIO_ACCESS_MISSING", message: "M.", help: "H.", parameters: { right } },
  });
  const reasonOf = (...missingRights: ReturnType<typeof refusal>[]) => {
    const described = describeAttributes(granted("supervisor"), MAPPING, { missingRights });
    const found = described.find(({ key }) => key === "supervisor");
    return [found?.missingReason, found?.missingRight];
  };
  expect(reasonOf()).toEqual(["NOT_TICKED", null]);
  expect(reasonOf(refusal("Employees: Read"))).toEqual(["RIGHT_MISSING", "Employees: Read"]);
});
