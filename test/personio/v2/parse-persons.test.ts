import { expect, test } from "vitest";
import { newestEmployment } from "../../../src/personio/v2/parse-persons.ts";

const NEWEST = { id: "2", status: "ACTIVE" };

test.each([
  ["the first of several", [NEWEST, { id: "1" }], NEWEST],
  ["none in an empty list", [], null],
  ["none where the only entry is not an object", ["x"], null],
  ["the first that is an object", [null, "x", 7, [], NEWEST], NEWEST],
])("the newest employment is %s", (_what, _data, employment) => {
  expect(newestEmployment.parse({ _data })).toEqual(employment);
});
