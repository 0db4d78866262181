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
  test("has nothing to say while everything that is mapped may be read, or is not mapped", () => {
    expect(findUnreadable(granted(), MAPPING)).toEqual([]);
  });

  test("(A13) says what a lost supervisor costs, that nothing is lost by it, and what to tick", () => {
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

  test("warns once of an attribute that two fields are read from", () => {
    expect(findUnreadable(granted("subcompany"), MAPPING).map(({ message }) => message)).toEqual([
      'The credential may no longer read "Subcompany", which supplies subCompany and legalEntity.',
    ]);
  });

  test("names a custom attribute by its key, because its label is no longer told", () => {
    const [warning] = findUnreadable(granted("dynamic_77"), MAPPING);
    expect(warning?.message).toContain('"dynamic_77"');
    expect(warning?.help).toContain("The directory keeps the stored values but no longer updates them.");
  });
});

test("describeAttributes says what public holidays are for, although no field of a person is read from them", () => {
  const described = describeAttributes([...granted(), attribute("holiday_calendar")], MAPPING);
  expect(described.find(({ key }) => key === "holiday_calendar")).toMatchObject({
    granted: true,
    neededFor: ["office"],
  });
  const missing = describeAttributes(granted(), MAPPING);
  expect(missing.find(({ key }) => key === "holiday_calendar")).toBeUndefined();
});
