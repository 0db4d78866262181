import { expect, test } from "vitest";
import { checkFirst } from "../../src/request/page-size.ts";

test.each([1, 50, 100])("a page of %i entries is allowed", (first) => {
  expect(checkFirst(first)).toBe(first);
});

test.each([0, -1, 101, 1_000_000, 2 ** 31, 1.5, Number.NaN])("a page of %d entries is refused", (first) => {
  expect(() => checkFirst(first)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
});

test("a page has the default size if `first` is null", () => {
  expect(checkFirst(null)).toBe(50);
  expect(checkFirst(undefined, 20)).toBe(20);
});
