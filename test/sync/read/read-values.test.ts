import { describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../src/personio/employee.ts";
import {
  readCostCenter,
  readDay,
  readEmail,
  readEmployeeReference,
  readName,
  readNumber,
  readOrgName,
  readOrgReference,
  readTags,
  readText,
} from "../../../src/sync/read/read-values.ts";

describe("a day", () => {
  test.each([
    ["2021-03-01T00:00:00+01:00", "2021-03-01"],
    ["2021-08-31T00:00:00+02:00", "2021-08-31"],
    ["2024-02-29", "2024-02-29"],
    ["2100-12-31", "2100-12-31"],
    ["9999-12-31", "9999-12-31"],
    ["0001-01-01", "0001-01-01"],
    ["2021-03-01 00:00:00", "2021-03-01"],
    ["2021-03-01T23:59:59.999Z", "2021-03-01"],
    ["2021-03-01, first of March", "2021-03-01"],
    ["2021-03-011", "2021-03-01"],
  ])("%s is the first ten characters, never converted to UTC", (written, day) => {
    expect(readDay(written)).toEqual({ value: day });
  });

  test.each(["0000-00-00", "2023-02-29", "2021-13-01", "21-03-01", "01.03.2021", "tomorrow", "", "2021-3-1"])(
    "%s is unreadable",
    (written) => {
      expect(readDay(written)).toHaveProperty("unreadable");
    },
  );

  test("an empty day is null, which is not unreadable", () => {
    expect(readDay(null)).toEqual({ value: null });
  });

  test("an object or a number is not a day, and the reason does not contain the value", () => {
    expect(readDay({ secret: "2021-03-01" })).toEqual({
      unreadable: "expected a date, found a value of type object",
    });
    expect(readDay(20210301)).toEqual({ unreadable: "expected a date, found a value of type number" });
  });
});

describe("an email", () => {
  test("an email is trimmed, in lower case and in NFC, so that two spellings of one address are equal", () => {
    expect(readEmail("  J\u006fse\u0301@Firma.example ")).toEqual({ value: "josé@firma.example" });
  });

  test("an email may have letters that only some registrars allow", () => {
    expect(readEmail("müller@firma.de")).toEqual({ value: "müller@firma.de" });
  });

  test.each(["nobody", "two@at@signs", "white space@firma.de", "@firma.de", `${"x".repeat(250)}@firma.de`])(
    "%s is unreadable",
    (text) => {
      expect(readEmail(text)).toHaveProperty("unreadable");
    },
  );
});

describe("text", () => {
  test("a text is trimmed and otherwise unchanged", () => {
    expect(readText(" Anna <script> =1+1 ")).toEqual({ value: "Anna <script> =1+1" });
  });

  test("a number is read as text: personnel numbers come as either", () => {
    expect(readText(142)).toEqual({ value: "142" });
  });

  test("a text except a name may have any length", () => {
    expect(readText("x".repeat(14_999))).toEqual({ value: "x".repeat(14_999) });
  });

  test("a name has a limit in bytes, because an index contains it (G6)", () => {
    expect(readName("王".repeat(666))).toEqual({ value: "王".repeat(666) });
    expect(readName("x".repeat(2_000))).toEqual({ value: "x".repeat(2_000) });
    for (const name of ["王".repeat(1_000), "x".repeat(2_001), `e${"\u0332".repeat(1_000)}`])
      expect(readName(name)).toEqual({
        unreadable: `expected at most 2000 bytes of UTF-8, found ${Buffer.byteLength(name)}`,
      });
  });
});

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

test("tags come comma-separated or as a JSON list in a string", () => {
  expect(readTags("German, English")).toEqual({ value: ["German", "English"] });
  expect(readTags('["German","English"]')).toEqual({ value: ["German", "English"] });
  expect(readTags("[not json, at all")).toEqual({ value: ["[not json", "at all"] });
  expect(readTags(3)).toHaveProperty("unreadable");
});

test.each([
  ["objects", [{ id: 1, name: "German" }]],
  ["objects, in a text", '[{"name":"German"}]'],
  ["a tag and an object", ["German", { name: "English" }]],
  ["a tag and a number", ["German", 7]],
])("tags that are %s are unreadable, not empty", (_case, value) => {
  expect(readTags(value as AttributeValue)).toHaveProperty("unreadable");
});

test("an empty tag is dropped", () => {
  expect(readTags(["German", null])).toEqual({ value: ["German"] });
  expect(readTags("German, ,")).toEqual({ value: ["German"] });
  expect(readTags([null])).toEqual({ value: null });
});

test("tags inside a text are cleaned like any text", () => {
  expect(readTags('["Ger\\u0000man","\\ud83dEnglish"]')).toEqual({ value: ["German", "English"] });
});

test.each(["9007199254740993", "-1067807102794692000", "0.12345678901234567890", "1e400", "1e-400"])(
  "the number %s stays a text, because JSON would round it",
  (digits) => {
    expect(readNumber(digits)).toEqual({ value: digits });
  },
);

test.each(["0x10", "Infinity", "NaN", "1.234,56", "1e", "."])("%s is not a number", (text) => {
  expect(readNumber(text)).toHaveProperty("unreadable");
});

test("a number may come as text", () => {
  expect(readNumber("40.5")).toEqual({ value: 40.5 });
  expect(readNumber("forty")).toHaveProperty("unreadable");
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
