import { expect, test } from "vitest";
import type { FieldMappingRow } from "../../src/integration/fields/field-mapping.ts";
import type { EmployeePage } from "../../src/personio/employee.ts";
import { createSampler, sampledKeys, sampleOf } from "../../src/setup/collect-samples.ts";

const row = (personField: string, personioAttribute: string | null): FieldMappingRow => ({
  personField,
  personioAttribute,
});

test("only attributes that fill nothing but open fields get an example", () => {
  const mapping = [
    row("position", "position"),
    row("hireDate", "hire_date"),
    row("terminationDate", "termination_date"),
    row("dateOfBirth", "dynamic_7"),
    row("customAttributes", "dynamic_7"),
    row("customAttributes", "dynamic_8"),
    row("customAttributes", "dynamic_9"),
    row("costCenter", null),
  ];
  const raised = new Map([
    ["position", "people:hr"],
    ["customAttributes.dynamic_9", "people:hr"],
  ] as const);
  expect([...sampledKeys(mapping, raised)]).toEqual(["hire_date", "dynamic_8"]);
});

test("an example is the first value, and pages pass on unchanged", async () => {
  const pages: EmployeePage[] = [
    { total: 3, employees: [{ id: "1", attributes: { position: null, office: null, other: "x" } }] },
    { total: 3, employees: [{ id: "2", attributes: { position: "Engineer" } }] },
    { total: 3, employees: [{ id: "3", attributes: { position: "Lawyer", office: "" } }] },
  ];
  const sampler = createSampler(new Set(["position", "office"]));
  const seen = await Array.fromAsync(
    sampler.watch(
      (async function* () {
        yield* pages;
      })(),
    ),
  );
  expect(seen).toEqual(pages);
  expect(sampler.samples()).toEqual({ position: "Engineer" });
});

test.each([
  [0, 0],
  [false, false],
  ["", null],
  [null, null],
  ["a".repeat(101), `${"a".repeat(100)}…`],
  [
    ["red", "", "blue"],
    ["red", "blue"],
  ],
  [[], null],
  [{ type: "Department", attributes: { id: "1", name: "Legal" } }, "Legal"],
  [{ type: "Employee", attributes: { id: "1", first_name: "Mara", last_name: "Kite" } }, "Mara Kite"],
  [[{ type: "CostCenter", attributes: { name: "4711", percentage: 50 } }], ["4711"]],
  [{ type: "Unknown" }, null],
])("the value %j shows as %j", (value, shown) => {
  expect(sampleOf(value)).toEqual(shown);
});
