import { describe, expect, test } from "vitest";
import type { AttributeValue } from "../../../src/personio/employee.ts";
import {
  readDay,
  readEmail,
  readName,
  readNumber,
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
