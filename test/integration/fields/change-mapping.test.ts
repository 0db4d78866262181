import { describe, expect, test } from "vitest";
import { ActionableError } from "../../../src/errors.ts";
import { changeRows, proposeMore } from "../../../src/integration/fields/change-mapping.ts";
import type { FieldMappingRow } from "../../../src/integration/fields/field-mapping.ts";
import type { Attribute } from "../../../src/personio/employee.ts";

const attribute = (key: string): Attribute => ({
  key,
  label: key,
  type: "standard",
  universalId: key.startsWith("dynamic_") ? null : key,
  options: [],
});
const granted = ["email", "first_name", "position", "dynamic_1", "dynamic_2"].map(attribute);
const row = (personField: string, personioAttribute: string | null): FieldMappingRow => ({
  personField,
  personioAttribute,
});
const current = [
  row("workEmail", "email"),
  row("position", "position"),
  row("customAttributes", "dynamic_1"),
];
const changed = (...changes: FieldMappingRow[]) => changeRows(current, changes, granted);
const codeOf = (work: () => unknown): string | null => {
  try {
    work();
    return null;
  } catch (error) {
    return error instanceof ActionableError ? error.code : "another error";
  }
};

describe("changes of the mapping", () => {
  test("a change replaces only its own row", () => {
    expect(changed(row("position", "dynamic_2"))).toEqual([
      current[0],
      current[2],
      row("position", "dynamic_2"),
    ]);
    expect(changed(row("position", null))).toEqual([current[0], current[2], row("position", null)]);
    expect(changed()).toEqual(current);
  });

  test("a custom attribute is added beside the others, and left out by its own name", () => {
    expect(changed(row("customAttributes", "dynamic_2"))).toEqual([
      ...current,
      row("customAttributes", "dynamic_2"),
    ]);
    expect(changed(row("customAttributes.dynamic_2", "dynamic_2"))).toEqual([
      ...current,
      row("customAttributes", "dynamic_2"),
    ]);
    expect(changed(row("customAttributes.dynamic_1", null))).toEqual(current.slice(0, 2));
    expect(changed(row("customAttributes", "dynamic_1"))).toEqual(current);
  });

  test.each([
    ["an unknown field", [row("shoeSize", "position")]],
    ["an attribute that is not granted", [row("position", "dynamic_9")]],
    ["a field twice", [row("position", "dynamic_1"), row("position", null)]],
    [
      "a custom attribute under two names",
      [row("customAttributes", "dynamic_1"), row("customAttributes.dynamic_1", null)],
    ],
    ["a required field without an attribute", [row("workEmail", null)]],
    ["custom attributes without a key", [row("customAttributes", null)]],
    ["a custom attribute from another one", [row("customAttributes.dynamic_1", "dynamic_2")]],
  ])("%s is refused", (_what, changes) => {
    expect(codeOf(() => changed(...changes))).toBe("BAD_USER_INPUT");
  });
});

describe("the proposal after the rights were read again", () => {
  test("newly granted attributes join it, and what an admin left out or hid stays out", () => {
    const mapping = [row("workEmail", "email"), row("position", null)];
    const before = granted.filter(({ key }) => key === "email" || key === "dynamic_1" || key === "position");
    expect(
      proposeMore({ fieldMapping: mapping, attributes: before }, { attributes: granted, missingRights: [] }),
    ).toEqual([...mapping, row("firstName", "first_name"), row("customAttributes", "dynamic_2")]);
  });
});
