import { globSync, readFileSync } from "node:fs";
import { parse, visit } from "graphql";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";

/** Words of an old idiom: they hide the actor, or let data speak. */
const IDIOM = /\b(whoever|whom|somebody|nobody|anybody|everybody|told)\b/i;

test.each(["schema/people.graphql", "schema/people.api.graphql"])(
  "the descriptions of %s are in plain English",
  (path) => {
    const descriptions = descriptionsIn(readFileSync(path, "utf8"));

    expect(descriptions.length).toBeGreaterThan(400);
    expect(descriptions.filter((text) => IDIOM.test(text))).toEqual([]);
  },
);

test("messages, help texts, log lines and all other texts of the sources are in plain English", () => {
  const texts = globSync("src/**/*.ts").flatMap((path) =>
    textsIn(readFileSync(path, "utf8")).map((found) => ({ path, ...found })),
  );

  expect(texts.length).toBeGreaterThan(1_000);
  expect(texts.filter(({ text }) => IDIOM.test(text))).toEqual([]);
});

test("texts are found in decorators, calls, templates and concatenations, and nowhere else", () => {
  const source = `
    // nobody in a comment
    import { told } from "./nobody-here.ts";
    @Type({ description: "one text" })
    class Told {
      log = (whom: string): void => say("two " + "more words", \`three \${whom} words\`);
      user: "nobody" = "nobody";
    }`;

  expect(textsIn(source)).toEqual([
    { line: 4, text: "one text" },
    { line: 6, text: "two " },
    { line: 6, text: "more words" },
    { line: 6, text: "three … words" },
  ]);
});

function descriptionsIn(sdl: string): string[] {
  const descriptions: string[] = [];
  visit(parse(sdl), {
    enter(node) {
      if ("description" in node && node.description) descriptions.push(node.description.value);
    },
  });
  return descriptions;
}

type Text = { readonly line: number; readonly text: string };

/**
 * Every string of several words in a source, whatever it is used for: texts reach messages and logs over constants, tables
 * and functions, so the place of a literal does not tell texts from the rest. A single word is a name or a value.
 */
function textsIn(source: string): Text[] {
  const texts: Text[] = [];
  walk(parseAst(source, { lang: "ts" }), (node) => {
    const text = textOf(node);
    if (text === null || !/\S\s|\s\S/.test(text)) return;
    texts.push({ line: source.slice(0, Number(node.start)).split("\n").length, text });
  });
  return texts;
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function textOf(node: Node): string | null {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis)) return null;
  return node.quasis.map((quasi: { value: { cooked: string } }) => quasi.value.cooked).join("…");
}

function walk(value: unknown, enter: (node: Node) => void): void {
  if (Array.isArray(value)) for (const item of value) walk(item, enter);
  if (!isNode(value)) return;
  enter(value);
  for (const child of Object.values(value)) walk(child, enter);
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
