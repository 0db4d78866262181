import { globSync, readFileSync } from "node:fs";
import { parse, visit } from "graphql";
import { describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";

/** Words of an old idiom: they hide the actor, or let data speak. */
const IDIOM = /\b(whoever|whom|somebody|nobody|anybody|everybody|told)\b/i;

/** Comments may use these words rarely: some sentences are really about a person. */
const RARE_IN_COMMENTS = /\b(whoever|whom|somebody|nobody|told)\b/gi;
const RARE_PER_LINE = 2 / 1_000;

const sources = globSync("{src,test,migrations}/**/*.ts");
const { formatter }: { formatter: { lineWidth: number } } = JSON.parse(readFileSync("biome.json", "utf8"));

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

describe("comments", () => {
  const lines = sources.flatMap((path) =>
    commentLinesIn(readFileSync(path, "utf8")).map((line) => ({ path, ...line })),
  );

  test("comments are in plain English: at most 2 idiomatic words in 1,000 lines", () => {
    const found = lines.flatMap((line) => Array.from(line.text.matchAll(RARE_IN_COMMENTS), () => line));

    expect(lines.length).toBeGreaterThan(3_000);
    expect(found.length, listOf(found)).toBeLessThanOrEqual(lines.length * RARE_PER_LINE);
  });

  test("comments are within the formatter's line width, drawings and links included", () => {
    const wide = lines.filter(({ end }) => end > formatter.lineWidth);

    expect(formatter.lineWidth).toBeGreaterThan(0);
    expect(wide.length, listOf(wide)).toBe(0);
  });

  test("comments are found behind code and in expressions, and not in strings, templates or patterns", () => {
    const source = `// one
      const url = "http://two"; // three
      const sql = \`/* four */ \${id("http://five") /* six */} // seven\`;
      const pattern = /\\/\\*eight/; /* nine
        ten: ü, 🙂 */ const eleven = 11;`;

    expect(commentLinesIn(source)).toEqual([
      { line: 1, end: 6, text: "// one" },
      { line: 2, end: 40, text: "// three" },
      { line: 3, end: 59, text: "/* six */" },
      { line: 4, end: 42, text: "/* nine" },
      { line: 5, end: 20, text: "        ten: ü, 🙂 */" },
    ]);
  });
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
 * Every string of several words in a source, for whatever use. Texts reach messages and logs through
 * constants, tables and functions, so the place of a literal does not distinguish them. A single word is a
 * name or a value.
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

/** One line of a comment. `end` is the column behind it: code after an inline comment is not part of it. */
type CommentLine = { readonly line: number; readonly end: number; readonly text: string };

/** The parser returns no comments: they are what looks like one outside of all literals. */
function commentLinesIn(source: string): CommentLine[] {
  const code = blankLiterals(source);
  return [...code.matchAll(/\/\/.*|\/\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const before = source.slice(0, index).split("\n");
    return comment.split("\n").map((text, offset) => ({
      line: before.length + offset,
      end: Array.from((offset === 0 ? (before.at(-1) ?? "") : "") + text).length,
      text,
    }));
  });
}

/** Replaces strings, patterns and the texts of templates by blanks, so that each place keeps its column. */
function blankLiterals(source: string): string {
  const literals: { readonly start: number; readonly end: number }[] = [];
  walk(parseAst(source, { lang: "ts" }), ({ type, start, end }) => {
    if (type === "Literal" || type === "TemplateElement")
      literals.push({ start: Number(start), end: Number(end) });
  });
  let code = "";
  for (const { start, end } of literals.sort((one, other) => one.start - other.start)) {
    code += source.slice(code.length, start);
    code += source.slice(start, end).replaceAll(/[^\n]/g, " ");
  }
  return code + source.slice(code.length);
}

const listOf = (lines: readonly (CommentLine & { readonly path: string })[]): string =>
  lines.map(({ path, line, text }) => `${path}:${line} ${text.trim()}`).join("\n");

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
