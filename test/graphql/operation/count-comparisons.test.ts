import { type FragmentDefinitionNode, Kind, parse } from "graphql";
import { expect, test } from "vitest";
import { COMPARISONS_MAX, createCountComparisons } from "../../../src/graphql/operation/count-comparisons.ts";

/** The comparisons of the first operation of a document. */
function count(query: string): number {
  const { definitions } = parse(query);
  const fragments = definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const byName = new Map(
    fragments.map((fragment) => [(fragment as FragmentDefinitionNode).name.value, fragment]),
  );
  const [operation = expect.fail("an operation")] = definitions;
  return createCountComparisons(byName as ReadonlyMap<string, FragmentDefinitionNode>)(operation);
}

test.each([
  ["different names", "{ a b c }", 0],
  ["one name four times: each pair", "{ a a a a }", 6],
  ["one response name of two fields", "{ x: a x: b }", 1],
  ["two aliases of one field", "{ x: a y: a }", 0],
  ["selections of one name, merged", "{ a { b c } a { b } }", 2],
  ["selections of two names, each alone", "{ x: a { b b } y: a { b b } }", 2],
  ["inline fragments, which count as their fields", "{ ... { a } ... { a } ... { a } }", 3],
  ["a spread, with its fields", "{ a ...F } fragment F on T { a }", 1 + 1],
  [
    "two spreads of one fragment: a pair, and each with each name",
    "{ ...F ...F } fragment F on T { a }",
    1 + 2 + 1,
  ],
  ["a fragment of a fragment", "{ a ...F } fragment F on T { ...G } fragment G on T { a }", 1 + 2 + 1],
  ["an unknown fragment", "{ a ...F }", 1],
  ["one argument of two fields", "{ a(x: 1) a(x: 1) }", 1 + 2],
  ["a list of three in two fields", "{ a(x: [1, 2, 3]) a(x: [1, 2, 3]) }", 1 + 8],
  ["an object of two in two fields", "{ a(x: { y: 1, z: 2 }) a(x: { y: 1, z: 2 }) }", 1 + 6],
  ["a text of 128 characters beside a field", `{ a(x: "${"t".repeat(128)}") a }`, 1 + 3],
  ["two equal fields in a fragment definition", "fragment F on T { a a }", 1],
  ["a type, which selects nothing", "type T { a: ID }", 0],
])("the comparisons of a document with %s are counted exactly", (_what, query, comparisons) => {
  expect(count(query)).toBe(comparisons);
});

test("counting ends above the maximum", () => {
  const deep = `{ ${"a { b ".repeat(200)} c ${"}".repeat(200)} ${"x ".repeat(400)} ${"y ".repeat(400)} }`;
  expect(count(deep)).toBeGreaterThan(COMPARISONS_MAX);
});
