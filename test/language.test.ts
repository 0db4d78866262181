import { globSync, readFileSync } from "node:fs";
import { parse, visit } from "graphql";
import { parseSync } from "rolldown/utils";
import { describe, expect, test } from "vitest";
import { parseAst } from "vitest/node";

/** Words of an old idiom: they hide the actor, or let data speak. */
const IDIOM = /\b(whoever|whom|somebody|nobody|anybody|everybody|told)\b/i;

/** Phrases that one would not say aloud, verbs of speech for data, and a missing "not a". */
const STILTED =
  /\b(anew|afresh|[Nn]eed not|stays? so|says|tells|hears)\b|(?<!\b(?:[Tt]here|[Ww]here) )\b(is|are|was|were) no (?!longer\b|more\b)/;

const isStilted = (text: string): boolean => IDIOM.test(text) || STILTED.test(text);

const SENTENCE_WORDS_MAX = 25;

/** Comments may use these words rarely: some sentences are really about a person. */
const RARE_IN_COMMENTS = /\b(whoever|whom|somebody|nobody|told)\b/gi;
const RARE_PER_LINE = 2 / 1_000;

const sources = globSync("{src,test,migrations}/**/*.{ts,tsx}");
const guides = globSync(["README.md", "schema/*.md", "src/**/*.md", "test/README.md"]);
const { formatter }: { formatter: { lineWidth: number } } = JSON.parse(readFileSync("biome.json", "utf8"));

test.each(["schema/people.graphql", "schema/people.api.graphql"])(
  "the descriptions of %s are in plain English",
  (path) => {
    const descriptions = descriptionsIn(readFileSync(path, "utf8"));

    expect(descriptions.length).toBeGreaterThan(400);
    expect(descriptions.filter(isStilted)).toEqual([]);
  },
);

test("messages, help texts, log lines and all other texts of the sources are in plain English", () => {
  const texts = globSync("src/**/*.{ts,tsx}").flatMap((path) =>
    textsIn(readFileSync(path, "utf8"), languageOf(path)).map((found) => ({ path, ...found })),
  );

  expect(texts.length).toBeGreaterThan(1_000);
  expect(texts.filter(({ text }) => isStilted(text))).toEqual([]);
});

test('a sentence with a missing "not a" is stilted, and one about what is absent is not', () => {
  const sentences = ["There is no id.", "It is no longer an id.", "It is no id.", "Each address was no id."];

  expect(sentences.filter(isStilted)).toEqual(sentences.slice(2));
});

test("names and messages of tests are in plain English", () => {
  const texts = globSync("test/**/*.{ts,tsx}", { exclude: ["test/language.test.ts"] }).flatMap((path) =>
    textsIn(readFileSync(path, "utf8"), languageOf(path)).map((found) => ({ path, ...found })),
  );

  expect(texts.length).toBeGreaterThan(3_000);
  expect(texts.filter(({ text }) => isStilted(text))).toEqual([]);
});

test("guides are in plain English", () => {
  const lines = guides.flatMap((path) =>
    readFileSync(path, "utf8")
      .split("\n")
      .map((text, index) => ({ path, line: index + 1, text })),
  );

  expect(lines.length).toBeGreaterThan(1_000);
  expect(lines.filter(({ text }) => isStilted(text))).toEqual([]);
});

test("the console's parts and screens contain no words: what a person reads is in its texts", () => {
  const words = globSync("src/console/**/*.tsx").flatMap((path) =>
    wordsBetweenTags(readFileSync(path, "utf8")).map((text) => ({ path, text })),
  );

  expect(words).toEqual([]);
  expect(wordsBetweenTags("const a = <p>{b}<i>×</i> two words</p>;")).toEqual(["two words"]);
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
    commentLinesIn(readFileSync(path, "utf8"), languageOf(path)).map((line) => ({ path, ...line })),
  );

  test("comments are in plain English: at most 2 idiomatic words in 1,000 lines", () => {
    const found = lines.flatMap((line) => Array.from(line.text.matchAll(RARE_IN_COMMENTS), () => line));

    expect(lines.length).toBeGreaterThan(3_000);
    expect(found.length, listOf(found)).toBeLessThanOrEqual(lines.length * RARE_PER_LINE);
  });

  test("comments contain no stilted phrase", () => {
    const found = [...sources.filter((path) => !path.startsWith("migrations/"))].flatMap((path) =>
      commentsIn(readFileSync(path, "utf8"), languageOf(path))
        .filter(({ text }) => STILTED.test(text.replaceAll(/`[^`]*`/g, "").replaceAll(/\s+/g, " ")))
        .map(({ line, text }) => `${path}:${line} ${text}`),
    );

    expect(found).toEqual([]);
  });

  test("comments are within the formatter's line width, drawings and links included", () => {
    const wide = lines.filter(({ end }) => end > formatter.lineWidth);

    expect(formatter.lineWidth).toBeGreaterThan(0);
    expect(wide.length, listOf(wide)).toBe(0);
  });

  test(`a sentence of a comment has at most ${SENTENCE_WORDS_MAX} words`, () => {
    const sentences = sources.flatMap((path) =>
      commentsIn(readFileSync(path, "utf8"), languageOf(path)).flatMap(({ line, text }) =>
        sentencesIn(path, line, text),
      ),
    );

    expect(sentences.length).toBeGreaterThan(3_000);
    expect(sentences.filter(isLong)).toEqual([]);
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

describe("sentences", () => {
  test(`a sentence of a guide has at most ${SENTENCE_WORDS_MAX} words`, () => {
    const sentences = guides.flatMap((path) => sentencesIn(path, 1, withoutCode(readFileSync(path, "utf8"))));

    expect(sentences.length).toBeGreaterThan(500);
    expect(sentences.filter(isLong)).toEqual([]);
  });

  test(`a sentence of a description in the schema has at most ${SENTENCE_WORDS_MAX} words`, () => {
    const path = "schema/people.graphql";
    const sentences = descriptionsIn(readFileSync(path, "utf8")).flatMap((text) =>
      sentencesIn(path, 1, text),
    );

    expect(sentences.length).toBeGreaterThan(500);
    expect(sentences.filter(isLong)).toEqual([]);
  });

  test("drawings, tables, headings, titles of decisions, rows of links and their addresses are not sentences", () => {
    const text = `# A heading

[A part](#a-part) · [Another part](#another-part) ·
[A page](a-page.md)

One sentence. Another one,
over "two lines." Third?

| a | table |

- **2026-11-28 — A title.** An item with [a link](to/a-file.md).
1. A numbered item: e.g. this.

    a ──▶ drawing
    of    lines
@param tag what it is`;

    expect(sentencesIn("a.md", 1, text).map((found) => `${found.at} ${found.sentence}`)).toEqual([
      "a.md:6 One sentence.",
      'a.md:6 Another one, over "two lines."',
      "a.md:6 Third?",
      "a.md:11 An item with a link.",
      "a.md:12 A numbered item: e.g. this.",
      "a.md:16 @param tag what it is",
    ]);
  });

  test("consecutive lines of comments are one text, without their marks", () => {
    const source = `// One
      // text.
      const two = 2; // Two.
      /**
       * Three.
       *
       *     a drawing
       */
      const url = "// four";`;

    expect(commentsIn(source)).toEqual([
      { line: 1, text: "One\ntext." },
      { line: 3, text: "Two." },
      { line: 4, text: "\nThree.\n\n    a drawing\n" },
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

type Language = "ts" | "tsx";

const languageOf = (path: string): Language => (path.endsWith(".tsx") ? "tsx" : "ts");

type Text = { readonly line: number; readonly text: string };

/**
 * Every string of several words in a source, for whatever use. Texts reach messages and logs through
 * constants, tables and functions, so the place of a literal does not distinguish them. A single word is a
 * name or a value.
 */
function textsIn(source: string, lang: Language = "ts"): Text[] {
  const texts: Text[] = [];
  walk(parseAst(source, { lang }), (node) => {
    const text = textOf(node);
    if (text === null || !/\S\s|\s\S/.test(text)) return;
    texts.push({ line: source.slice(0, Number(node.start)).split("\n").length, text });
  });
  return texts;
}

/** What a screen would show in only one language; signs such as × are not words. */
function wordsBetweenTags(source: string): string[] {
  const words: string[] = [];
  walk(parseAst(source, { lang: "tsx" }), ({ type, value }) => {
    if (type === "JSXText" && typeof value === "string" && /\p{L}{2}/u.test(value)) words.push(value.trim());
  });
  return words;
}

/** One line of a comment. `end` is the column behind it: code after an inline comment is not part of it. */
type CommentLine = { readonly line: number; readonly end: number; readonly text: string };

function commentLinesIn(source: string, lang: Language = "ts"): CommentLine[] {
  const code = withoutCodeOf(source, lang);
  return [...code.matchAll(/\/\/.*|\/\*[\s\S]*?\*\//g)].flatMap(({ 0: comment, index }) => {
    const before = source.slice(0, index).split("\n");
    return comment.split("\n").map((text, offset) => ({
      line: before.length + offset,
      end: Array.from((offset === 0 ? (before.at(-1) ?? "") : "") + text).length,
      text,
    }));
  });
}

/** Block comments, and groups of line comments. `text` has the lines without the marks of comments. */
function commentsIn(
  source: string,
  lang: Language = "ts",
): { readonly line: number; readonly text: string }[] {
  const code = withoutCodeOf(source, lang);
  return [...code.matchAll(/\/\/.*(?:\n[ \t]*\/\/.*)*|\/\*[\s\S]*?\*\//g)].map(({ 0: comment, index }) => ({
    line: code.slice(0, index).split("\n").length,
    text: comment.replaceAll(/^[ \t]*(?:\/\*\*?|\*\/|\*(?= |$)|\/\/) ?| *\*\/$/gm, ""),
  }));
}

/** Lines that belong to no sentence: empty ones, headings, tables, and what an indent marks as a drawing. */
const NO_TEXT = /^\s*$|^#|^\s*\||^ {4}/;

/** A paragraph of only links, such as the contents at the top of a guide. */
const LINKS_ALONE = /^\[[^\]]*\]\([^)]*\)(?: · \[[^\]]*\]\([^)]*\))+$/;

/** Where a text begins that does not continue the line before. */
const NEW_TEXT = /^\s*(?:[-*]|\d+\.|@\w+) /;

type Sentence = { readonly at: string; readonly words: number; readonly sentence: string };

const isLong = ({ words }: Sentence): boolean => words > SENTENCE_WORDS_MAX;

/** The sentences of a text in Markdown. `at` is the line on which the paragraph begins. */
function sentencesIn(path: string, firstLine: number, markdown: string): Sentence[] {
  const paragraphs: { readonly line: number; text: string }[] = [];
  let current: { readonly line: number; text: string } | null = null;
  for (const [index, line] of markdown.split("\n").entries()) {
    if (NO_TEXT.test(line)) current = null;
    else if (current && !NEW_TEXT.test(line)) current.text += ` ${line.trim()}`;
    else {
      current = { line: firstLine + index, text: line.trim() };
      paragraphs.push(current);
    }
  }
  const prose = paragraphs.filter(({ text }) => !LINKS_ALONE.test(text));
  return prose.flatMap(({ line, text }) =>
    text
      .replace(/^(?:[-*]|\d+\.) /, "")
      .replace(/^\*\*[^*]+\*\* /, "")
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .split(/(?<=[.!?]["')`*]*) (?=[^\p{Ll}])/u)
      .map((sentence) => ({ at: `${path}:${line}`, words: wordsIn(sentence), sentence })),
  );
}

const wordsIn = (sentence: string): number =>
  sentence.split(" ").filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

/** Blanks code blocks, so that each line keeps its number. */
const withoutCode = (markdown: string): string =>
  markdown.replaceAll(/```[\s\S]*?```/g, (code) => code.replaceAll(/[^\n]/g, ""));

/** Replaces code by underscores, so that each comment keeps its place. The parser knows what is a comment. */
function withoutCodeOf(source: string, lang: Language): string {
  let comments = "";
  for (const { start, end } of parseSync(`source.${lang}`, source).comments)
    comments += hide(source.slice(comments.length, start)) + source.slice(start, end);
  return comments + hide(source.slice(comments.length));
}

const hide = (code: string): string => code.replaceAll(/\S/g, "_");

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
