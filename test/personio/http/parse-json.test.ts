import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJson } from "../../../src/personio/http/parse-json.ts";

test.each([
  ['{"id":1067807102794692000}', { id: "1067807102794692000" }],
  ['{"id": -9007199254740993 }', { id: "-9007199254740993" }],
  ["[1,12345678901234567890]", [1, "12345678901234567890"]],
  ["[\n  12345678901234567890]", ["12345678901234567890"]],
  [
    "[12345678901234567890123456789012345678901234567890]",
    ["12345678901234567890123456789012345678901234567890"],
  ],
  ['{"value":1234567890.12345678901}', { value: "1234567890.12345678901" }],
  ['{"value":0.1234567890123456789}', { value: "0.1234567890123456789" }],
  ['{"total":1e400,"less": -1E+400,"none":1e-400}', { total: "1e400", less: "-1E+400", none: "1e-400" }],
])("parseJson keeps the digits of a number that a double cannot hold: %s", (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});

test.each([
  ['{"id":9007199254740991}', { id: 9007199254740991 }],
  ['{"id":7311391,"share":0.25}', { id: 7311391, share: 0.25 }],
  [
    '{"total":1e15,"small":1.5e-7,"long":123456789.1234567}',
    { total: 1e15, small: 1.5e-7, long: 123456789.1234567 },
  ],
  ['{"zero":0.00000000000000000,"one":1.00000000000000000}', { zero: 0, one: 1 }],
  ['{"iban":"DE89370400440532013000"}', { iban: "DE89370400440532013000" }],
  ['{"note":"see :1067807102794692000, or not"}', { note: "see :1067807102794692000, or not" }],
  [
    '{"note":"ids: [1067807102794692000]","id":1067807102794692000}',
    { note: "ids: [1067807102794692000]", id: "1067807102794692000" },
  ],
])("parseJson does not change numbers that fit, or digits in a text: %s", (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});

test.each([
  "",
  '{"success":true,"data":[{"typ',
  "<html></html>",
  '{"id":1067807102794692000',
  '{"id":01067807102794692000}',
  '{"id":1067807102794692000x}',
])("parseJson returns undefined for incomplete or invalid JSON: %j", (text) => {
  expect(parseJson(Buffer.from(text))).toBeUndefined();
});

test.each([
  ['{"a":"N\\u0000UL"}', { a: "NUL" }],
  ['{"a":"half \\ud83d of a pair, \\udc4d"}', { a: "half  of a pair, " }],
  ['{"a":"whole \\ud83d\\udc4d"}', { a: "whole 👍" }],
  ['["Zoe\\u0308",{"b":["Mu\u0308ller"]}]', ["Zoë", { b: ["Müller"] }]],
  ['{"k\\u0000ey":1,"o\\u0308":2,"key":3}', { key: 3, ö: 2 }],
  ['{"__proto__":{"polluted":1},"a":1}', { a: 1 }],
  ['{"__pro\\u0000to__":{"polluted":1},"a":1}', { a: 1 }],
])("G6: parseJson cleans every text and key: %s", (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});

test("parseJson reads JSON that is nested deeper than the stack", () => {
  const deep = `${'{"a":['.repeat(50_000)}"\\u0000",1e400${"]}".repeat(50_000)}`;
  expect(parseJson(Buffer.from(deep))).toBeTypeOf("object");
});

test("a number of 200,000 digits is kept as text, in a moment", () => {
  const before = process.threadCpuUsage();
  for (const number of [`0.1${"0".repeat(200_000)}1`, `1${"0".repeat(200_000)}1.5`])
    expect(parseJson(Buffer.from(`{"number":${number}}`))).toEqual({ number });
  expect(process.threadCpuUsage(before).user / 1_000).toBeLessThan(1_000);
});

test("every result of parseJson can be stored and sent again", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), (text) => {
      const written = JSON.stringify(parseJson(Buffer.from(text)));
      expect(written.isWellFormed()).toBe(true);
      expect(written).not.toMatch(/\\u(0000|d[89a-f])/i);
      expect(written.normalize("NFC")).toBe(written);
    }),
    { numRuns: 500 },
  );
});
