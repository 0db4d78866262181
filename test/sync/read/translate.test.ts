import { describe, expect, test } from "vitest";
import type { Employee } from "../../../src/personio/employee.ts";
import { customAttributeType, translate } from "../../../src/sync/read/translate.ts";

const mapping = {
  keyOf: {
    workEmail: "email",
    firstName: "first_name",
    status: "status",
    subCompany: "subcompany",
    legalEntity: "subcompany",
    hireDate: "hire_date",
  },
  customKeys: ["dynamic_1"],
  hidden: [],
} as const;
const types = new Map([["dynamic_1", "TAGS"]] as const);
const employee = (attributes: Employee["attributes"]): Employee => ({ id: "7", attributes });

describe("an employee", () => {
  test("the mapping translates an employee, whatever the names in Personio", () => {
    const mapped = { keyOf: { employeeId: "dynamic_9" }, customKeys: [], hidden: [] };
    expect(translate(employee({ dynamic_9: "NR-7", first_name: "Ada" }), mapped, new Map()).fields).toEqual({
      employeeId: "NR-7",
      customAttributes: {},
    });
  });

  test("an attribute that was not sent has no field, and an empty one is null", () => {
    const { fields } = translate(employee({ first_name: null }), mapping, types);
    expect(fields.firstName).toBeNull();
    expect(fields).not.toHaveProperty("workEmail");
  });

  test("an unreadable value has no field and is listed", () => {
    const { fields, unreadable } = translate(
      employee({ hire_date: "0000-00-00", dynamic_1: 5 }),
      mapping,
      types,
    );
    expect(fields).not.toHaveProperty("hireDate");
    expect(fields.customAttributes).toEqual({});
    expect(unreadable.map(({ field }) => field)).toEqual(["hireDate", "dynamic_1"]);
  });

  test("a record keeps custom attributes up to its limit, and lists those beyond it (G7)", () => {
    const keys = Array.from({ length: 40 }, (_, place) => `dynamic_${place}`);
    const long = Object.fromEntries(keys.map((key) => [key, "x".repeat(10_000)]));
    const multiline = new Map(keys.map((key) => [key, "MULTILINE"] as const));
    const { fields, unreadable } = translate(
      employee(long),
      { keyOf: {}, customKeys: keys, hidden: [] },
      multiline,
    );
    expect(Object.keys(fields.customAttributes ?? {})).toEqual(keys.slice(0, 26));
    expect(unreadable.map(({ field }) => field)).toEqual(keys.slice(26));
  });

  test("one Personio attribute fills sub-company and legal entity", () => {
    const subcompany = { type: "Subcompany", attributes: { id: "5120", name: "Nordlicht GmbH" } };
    const { fields } = translate(employee({ subcompany }), mapping, types);
    expect(fields.subCompany).toBe("Nordlicht GmbH");
    expect(fields.legalEntity).toEqual({ personioId: "5120", name: "Nordlicht GmbH" });
  });

  test.each([
    ["onboarding", "ONBOARDING"],
    ["active", "ACTIVE"],
    ["leave", "LEAVE"],
    ["Inactive", "INACTIVE"],
  ])("the status %s is read as %s", (status, expected) => {
    expect(translate(employee({ status }), mapping, types).fields.status).toBe(expected);
  });

  test("an unknown status is unreadable, also if it is the name of a JavaScript property", () => {
    expect(translate(employee({ status: "constructor" }), mapping, types).unreadable).toHaveLength(1);
  });
});

test.each([
  ["integer", "NUMBER"],
  ["decimal", "NUMBER"],
  ["tags", "TAGS"],
  ["standard", "TEXT"],
  ["something new", "TEXT"],
])("a custom attribute that Personio calls %s is served as %s", (personioType, type) => {
  expect(customAttributeType(personioType)).toBe(type);
});
