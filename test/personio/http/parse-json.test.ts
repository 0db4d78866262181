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
])("parseJson keeps the digits of an integer beyond 2^53: %s", (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});

test.each([
  ['{"id":9007199254740991}', { id: 9007199254740991 }],
  ['{"id":7311391,"share":0.25}', { id: 7311391, share: 0.25 }],
  ['{"iban":"DE89370400440532013000"}', { iban: "DE89370400440532013000" }],
  ['{"note":"see :1067807102794692000, or not"}', { note: "see :1067807102794692000, or not" }],
  [
    '{"note":"ids: [1067807102794692000]","id":1067807102794692000}',
    { note: "ids: [1067807102794692000]", id: "1067807102794692000" },
  ],
])("parseJson leaves alone what fits, and what stands in a text: %s", (text, value) => {
  expect(parseJson(Buffer.from(text))).toEqual(value);
});

test.each([
  "",
  '{"success":true,"data":[{"typ',
  "<html></html>",
  '{"id":1067807102794692000',
  '{"id":01067807102794692000}',
  '{"id":1067807102794692000x}',
])("parseJson gives undefined for what is not whole JSON: %j", (text) => {
  expect(parseJson(Buffer.from(text))).toBeUndefined();
});
