import { expect, test } from "vitest";
import { readRecordId } from "../../../src/personio/http/record-id.ts";

test.each([
  [7311391, "7311391"],
  ["7311391", "7311391"],
  ["9007199254740993", "9007199254740993"],
  ["0b7f3c58-6c0e-4d5e-9b2b-5f8e1f0f3a10", "0b7f3c58-6c0e-4d5e-9b2b-5f8e1f0f3a10"],
])("readRecordId accepts %j", (id, text) => {
  expect(readRecordId(id)).toBe(text);
});

test.each([
  "",
  "attributes",
  "..",
  "../1",
  "1/2",
  "1?x=1",
  "1 2",
  "1\n",
  "1".repeat(65),
  2 ** 53,
  1.5,
  Number.NaN,
  null,
  undefined,
  {},
  ["1"],
])("readRecordId rejects %j, which would be another path", (id) => {
  expect(readRecordId(id)).toBeNull();
});
