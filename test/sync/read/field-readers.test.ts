import { describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../src/personio/employee.ts";
import {
  readCostCenter,
  readEmployeeReference,
  readOrgName,
  readOrgReference,
} from "../../../src/sync/read/field-readers.ts";

test("a department is its id and its name, whatever the id's type", () => {
  const department = { type: "Department", attributes: { id: "1067807102794692000", name: "R&D " } };
  expect(readOrgReference(department)).toEqual({ value: { personioId: "1067807102794692000", name: "R&D" } });
  expect(readOrgReference({ type: "Department", attributes: { id: 12, name: "R&D" } })).toEqual({
    value: { personioId: "12", name: "R&D" },
  });
  expect(readOrgReference("R&D")).toHaveProperty("unreadable");
  const odd = [
    { id: 12, name: " " },
    { id: 12, name: "王".repeat(1_000) },
    { id: "1".repeat(2_001), name: "R&D" },
    { id: " ", name: "R&D" },
  ];
  for (const attributes of odd)
    expect(readOrgReference({ type: "Department", attributes })).toHaveProperty("unreadable");
});

test("a supervisor is the id of an employee", () => {
  const supervisor = {
    type: "Employee",
    attributes: { id: { label: "ID", value: "7311204", type: "integer" } },
  };
  expect(readEmployeeReference(supervisor)).toEqual({ value: "7311204" });
  expect(readEmployeeReference({ type: "Employee", attributes: {} })).toHaveProperty("unreadable");
});

describe("a cost center", () => {
  const center = (id: string, name: string | null, percentage?: unknown) => ({
    type: "CostCenter",
    attributes: { id, name, percentage },
  });

  test.each<[string, AttributeValue, string | null]>([
    ["the only one", [center("9", "CC-9", 100)], "CC-9"],
    ["the only one, without a share", [center("9", "CC-9")], "CC-9"],
    ["the one with the largest share", [center("9", "CC-9", 40), center("10", "CC-10", 60)], "CC-10"],
    [
      "the largest of shares that a double would round",
      [center("1", "A", "50.000000000000000001"), center("2", "B", 50.5)],
      "B",
    ],
    [
      "of equal shares the lowest id, as a number",
      [center("10", "CC-10", 50), center("9", "CC-9", 50)],
      "CC-9",
    ],
    ["of equal shares the lowest id, as a text", [center("b-1", "B", 50), center("a-1", "A", 50)], "A"],
    ["a share before none", [center("1", "CC-1"), center("2", "CC-2", 1)], "CC-2"],
    ["nothing of an empty list", [], null],
    ["nothing if it is empty", null, null],
    ["a text of another attribute", " 4711 ", "4711"],
    ["a number of another attribute", 4711, "4711"],
  ])("a cost center is %s", (_, value, name) => {
    expect(readCostCenter(value)).toEqual({ value: name });
  });

  test.each<[string, AttributeValue]>([
    [
      "the largest has no name, such as a new one that Personio's list lacks",
      [center("9", null, 60), center("10", "CC-10", 40)],
    ],
    ["a share is not a number", [center("9", "CC-9", "most"), center("10", "CC-10", 40)]],
    ["one has no id", [{ type: "CostCenter", attributes: { name: "CC-9", percentage: 100 } }]],
    ["it is a list of texts", ["CC-9"]],
  ])("a cost center is unreadable if %s", (_, value) => {
    expect(readCostCenter(value)).toHaveProperty("unreadable");
  });
});

test("the name of a team comes from the object, or from a text of another attribute", () => {
  expect(readOrgName({ type: "Team", attributes: { id: "88041", name: "Motion Control" } })).toEqual({
    value: "Motion Control",
  });
  expect(readOrgName(" Motion Control ")).toEqual({ value: "Motion Control" });
  expect(readOrgName(null)).toEqual({ value: null });
  expect(readOrgName(["Motion Control"])).toHaveProperty("unreadable");
});
