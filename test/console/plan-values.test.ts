import { describe, expect, test } from "vitest";
import { sentenceOf } from "../../src/console/parts/problem-sentence.ts";
import { fieldChangesOf, fieldLabel, valueText } from "../../src/console/routes/plan-values.ts";

const TEXTS = { empty: "empty", hidden: "hidden", yes: "Yes", no: "No", known: { ACTIVE: "Active" } };
const day = (value: string): string => `day ${value}`;

describe("what a plan changes in a person", () => {
  test("a name stands in place of its id, and custom attributes are fields of their own", () => {
    const before = {
      departmentPersonioId: "1",
      department: "Legal",
      customAttributes: { dynamic_1: "red", dynamic_2: ["a"], dynamic_3: null },
    };
    const after = { departmentPersonioId: "2", customAttributes: { dynamic_1: "blue", dynamic_2: ["a"] } };
    expect(fieldChangesOf({ before, after })).toEqual([
      { field: "department", before: "Legal", after: "2" },
      { field: "customAttributes.dynamic_1", before: "red", after: "blue" },
    ]);
  });

  test("a new person has values, and nothing before them", () => {
    expect(fieldChangesOf({ before: null, after: { firstName: "Nele" } })).toEqual([
      { field: "firstName", before: null, after: "Nele" },
    ]);
  });

  test("an answer of an unknown shape changes no field", () => {
    expect(fieldChangesOf({ before: "x", after: 1 })).toEqual([]);
  });

  test("a custom attribute has its name in Personio, and an unknown field its own name", () => {
    const labels = { fields: { position: "Position" }, attributes: [{ key: "dynamic_1", label: "Colour" }] };
    expect(
      ["position", "customAttributes.dynamic_1", "customAttributes.dynamic_2", "newField"].map((field) =>
        fieldLabel(field, labels),
      ),
    ).toEqual(["Position", "Colour", "dynamic_2", "newField"]);
  });

  test.each([
    [null, "empty"],
    ["", "empty"],
    ["(hidden)", "hidden"],
    [false, "No"],
    [0, "0"],
    [["a", "b"], "a, b"],
    ["ACTIVE", "Active"],
    ["2026-11-29", "day 2026-11-29"],
    ["2009-02-01T00:00:00+01:00", "day 2009-02-01"],
    ["2026-11-29 or later", "2026-11-29 or later"],
    [{ a: 1 }, '{"a":1}'],
  ])("the value %j shows as %j", (value, shown) => {
    expect(valueText(value, TEXTS, day)).toBe(shown);
  });
});

test("the sentence of a problem has its numbers and lists, a dash for a missing one, and is none for an unknown code", () => {
  const sentences = {
    KNOWN: (of: (name: string) => string) => `${of("count")} of ${of("names")}, ${of("other")}`,
  };
  expect(sentenceOf(sentences, "KNOWN", { count: 0, names: ["a", "b"] })).toBe("0 of a, b, –");
  expect(sentenceOf(sentences, "KNOWN", null)).toBe("– of –, –");
  expect(sentenceOf(sentences, "UNKNOWN", {})).toBeUndefined();
});
