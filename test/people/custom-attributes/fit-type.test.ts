import { expect, test } from "vitest";
import { fitType } from "../../../src/people/custom-attributes/custom-attribute.resolver.ts";

const attribute = (type: Parameters<typeof fitType>[0]["type"], value: unknown) => ({
  key: "dynamic_1",
  label: "Buddy",
  type,
  value,
});

test.each([
  ["TEXT", "nine"],
  ["MULTILINE", "nine\nten"],
  ["LIST", "nine"],
  ["LINK", "https://nine.example"],
  ["NUMBER", 9],
  ["DATE", "2026-09-09"],
  ["TAGS", ["nine"]],
  ["NUMBER", null],
] as const)("an attribute of type %s keeps its type with the value %j", (type, value) => {
  expect(fitType(attribute(type, value))).toEqual(attribute(type, value));
});

test.each([
  ["NUMBER", "nine", "TEXT"],
  ["DATE", "next spring", "TEXT"],
  ["TAGS", "nine", "TEXT"],
  ["TEXT", 9, "NUMBER"],
  ["DATE", 9, "NUMBER"],
  ["NUMBER", ["nine"], "TAGS"],
] as const)("an attribute of type %s with the value %j is served with the type %s", (type, value, served) => {
  expect(fitType(attribute(type, value))).toEqual(attribute(served, value));
});
