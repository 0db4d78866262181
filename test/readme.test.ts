import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, test } from "vitest";
import { ROOMS } from "../oxlint.config.ts";
import { ERROR_CODES } from "../src/error-codes.ts";
import { renderErrorPage } from "../src/error-page.ts";

const README_LINES_MAX = 230;

const guides = globSync(["README.md", "schema/*.md", "src/**/*.md", "test/README.md"]);
const manual = readFileSync("src/config/README.md", "utf8");

/** The first cells of every table row. */
const explained = (text: string): string[] =>
  text
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([A-Z][A-Z_]+)`/g)])
    .map(([, code = ""]) => code);

/** Files of the service, without the sandbox. */
const sources = globSync("src/**/*.ts").filter((path) => !path.startsWith("src/sandbox"));

/** Codes of errors, problems and answers. Codes of Node, such as ETIMEDOUT, are not ours. */
const EMITTED = /(?:\bcode: |new (?:ActionableError|Refusal)\(\s*)"((?!E[A-Z]+")[A-Z][A-Z_]+)"/g;

const codesEmitted = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(EMITTED)].map(([, code = ""]) => code);

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");

const anchorsIn = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

describe("the README", () => {
  test(`the README has at most ${README_LINES_MAX} lines`, () => {
    expect(readFileSync("README.md", "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(
      README_LINES_MAX,
    );
  });

  test("the README names each folder of the sources", () => {
    const readme = readFileSync("README.md", "utf8");
    const folders = globSync("src/*/").map((path) => path.split("/")[1]);
    expect(folders.length).toBeGreaterThan(10);
    expect(folders.filter((folder) => !readme.includes(`src/${folder}/`))).toEqual([]);
  });

  test("in the README's table of folders, a room imports only rooms of its own row and of rows above", () => {
    const rows = readFileSync("README.md", "utf8")
      .split("\n")
      .filter((line) => /^\| .*`src\//.test(line));
    const rowOf = new Map(
      rows.flatMap((row, place) =>
        [...(row.split(" | ")[0] ?? "").matchAll(/`(?:src\/)?([a-z-]+)(?:\/|\.ts)`/g)].map(
          ([, room = ""]) => [room, place] as const,
        ),
      ),
    );
    expect(rowOf.size).toBeGreaterThan(25);
    const upwards = Object.entries(ROOMS).flatMap(([room, imported]) =>
      imported
        .filter((other) => (rowOf.get(other) ?? 0) > (rowOf.get(room) ?? rows.length))
        .map((other) => `${room} imports ${other}`),
    );
    expect(upwards).toEqual([]);
  });

  test("the README leads to each guide within two clicks", () => {
    const linked = new Set(["README.md"]);
    for (const _click of [1, 2])
      for (const path of linked)
        for (const { target } of linksIn(path)) if (target.endsWith(".md")) linked.add(target);
    expect(guides.filter((path) => !linked.has(path))).toEqual([]);
  });
});

/** Relative links, outside of code blocks. */
function linksIn(path: string): { target: string; anchor: string | undefined }[] {
  const prose = readFileSync(path, "utf8").replaceAll(/```[\s\S]*?```/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = "", anchor] = link.split("#");
      return { target: file === "" ? path : join(dirname(path), file), anchor };
    });
}

test("each operation of the guide for identity providers is valid in the published schema", () => {
  const schema = buildSchema(readFileSync("schema/people.api.graphql", "utf8"), { assumeValidSDL: true });
  const guide = readFileSync("src/scim/okta-and-entra.md", "utf8");
  const operations = [...guide.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, text = ""]) => parse(text));
  expect(operations.length).toBeGreaterThan(3);
  expect(operations.flatMap((operation) => validate(schema, operation))).toEqual([]);
});

test.each(guides)("%s has no dead link", (path) => {
  const dead = linksIn(path).filter(
    ({ target, anchor }) =>
      !existsSync(target) ||
      (anchor !== undefined && target.endsWith(".md") && !anchorsIn(target).includes(anchor)),
  );
  expect(dead).toEqual([]);
});

/** The guide for clients also names files of theirs. */
const OWN_FILES_ONLY = guides.filter((path) => path !== "schema/README.md");

test.each(OWN_FILES_ONLY)("each source file that %s names exists", (path) => {
  const files = globSync(["*.ts", "{src,test,migrations}/**/*.{ts,tsx,css}"]).map((file) => `/${file}`);
  const named = [...readFileSync(path, "utf8").matchAll(/`([a-z\d-][\w./-]*\.(?:tsx?|css))`/g)];
  const gone = named
    .map(([, name = ""]) => name)
    .filter((name) => !files.some((file) => file.endsWith(`/${name}`)));
  expect(gone).toEqual([]);
});

/** Each entry below `## Decisions`: its heading, and its sentences. Code and links count as words. */
const decisionsIn = (path: string): { heading: string; sentences: string[] }[] =>
  (readFileSync(path, "utf8").split(/^## Decisions$/m)[1] ?? "")
    .split(/^## /m)[0]!
    .split(/^- (?=\*\*)/m)
    .slice(1)
    .map((entry) => /^\*\*(.+?)\*\*(.*)$/s.exec(entry) ?? [])
    .map(([, heading = "", text = ""]) => ({
      heading,
      sentences: text
        .replaceAll(/`[^`]*`|\[[^\]]*\]\([^)]*\)/g, "Code")
        .split(/(?<=[.?!])\s+(?=[A-Z\d("])/)
        .filter((sentence) => sentence.trim() !== ""),
    }));

const guidesWithDecisions = guides.filter((path) => decisionsIn(path).length > 0);

test("the README's list of decisions names each guide that has some", () => {
  const [, list = ""] = readFileSync("README.md", "utf8").split("- Decisions:");
  const named = [...list.matchAll(/\]\(([^)]+)\)/g)].map(([, path = ""]) => path);
  expect(named.sort()).toEqual(guidesWithDecisions.sort());
});

test.each(guidesWithDecisions)("each decision in %s has three sentences", (path) => {
  const others = decisionsIn(path).filter(({ sentences }) => sentences.length !== 3);
  expect(others).toEqual([]);
});

describe("the page of error codes", () => {
  test("schema/errors.md is what the code generates", () => {
    expect(readFileSync("schema/errors.md", "utf8")).toBe(renderErrorPage());
  });

  test("the page has a row for every code in the sources", () => {
    const codes = [...new Set(sources.flatMap(codesEmitted))];
    expect(codes.length).toBeGreaterThan(15);
    expect(
      codes.filter((code) => !(code in ERROR_CODES) && !renderErrorPage().includes(`\`${code}\``)),
    ).toEqual([]);
  });
});

test("the manual explains every reason of the skip ledger, and every issue of the reporting lines", () => {
  for (const path of ["src/sync/runs/skipped-employee.ts", "src/people/org-issues/org-issue.ts"]) {
    const declared = [...readFileSync(path, "utf8").matchAll(/^ {2}([A-Z_]+): "\1"/gm)].map(
      ([, name = ""]) => name,
    );
    expect(declared.length).toBeGreaterThan(4);
    expect(declared.filter((name) => !explained(manual).includes(name))).toEqual([]);
  }
});

test("the manual explains every variable of the environment", () => {
  const declared = ["src/config.ts", ...globSync("src/config/*.ts")].flatMap((path) => [
    ...readFileSync(path, "utf8").matchAll(/^ {2}([A-Z][A-Z_]+): /gm),
  ]);
  expect(declared.length).toBeGreaterThan(10);
  expect(declared.map(([, name = ""]) => name).filter((name) => !manual.includes(`\`${name}\``))).toEqual([]);
});

/** The message of each call that writes to the log, which is its last text. */
function messagesIn(path: string): string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/\b(?:log\.(?:debug|info|warn|error|fatal)|logOnce)(?=\()/g)].flatMap(
    ({ index, 0: name }) => {
      const start = index + name.length;
      let depth = 0;
      let end = start;
      do {
        depth += Number(text[end] === "(") - Number(text[end] === ")");
        end += 1;
      } while (depth > 0);
      return /"([^"]+)",?\s*\)$/.exec(text.slice(start, end))?.[1] ?? [];
    },
  );
}

test("the manual lists every entry of the log, and no other", () => {
  const table = manual.slice(manual.indexOf("## The log"), manual.indexOf("## What is stored"));
  const rows = table.split("\n").filter((line) => line.startsWith("| `"));
  const listed = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text),
  );
  const logged = sources.flatMap(messagesIn);
  expect(logged.length).toBeGreaterThan(40);
  expect(logged.filter((text) => !listed.includes(text))).toEqual([]);
  const written = sources.map((path) => readFileSync(path, "utf8")).join("\n");
  expect(listed.filter((text) => !written.includes(`"${text}"`))).toEqual([]);
});
