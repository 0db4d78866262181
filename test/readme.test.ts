import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const readme = readFileSync("README.md", "utf8");

/** The cells of every row of the tables below a heading; of all tables when none is given. */
function rowsBelow(heading?: string): string[][] {
  const section =
    heading === undefined ? readme : (readme.split(`### ${heading}\n`)[1]?.split(/^##/m)[0] ?? "");
  return section
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split("|").slice(1, -1));
}

const codesIn = (text = ""): string[] => [...text.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code = ""]) => code);

/** What the rows of a table are about: the codes in their first cells. */
const explained = (heading?: string): string[] => rowsBelow(heading).flatMap(([first]) => codesIn(first));

/** Files of the service, not of the Personio that it is tried with. */
const sources = globSync("src/**/*.ts").filter((path) => !path.startsWith("src/sandbox"));

/** Wherever a code is given to an error, a problem or an answer. Words of zod and of Node are not ours. */
const GIVEN = /(?:\bcode: |new (?:ActionableError|Refusal)\(\s*)"([A-Z][A-Z_]+)"/g;

const codesGiven = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(GIVEN)].map(([, code = ""]) => code);

const errorCodes = [...readFileSync("src/errors.ts", "utf8").matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(
  ([, code = ""]) => code,
);

/** The kinds of faults with the code that each becomes. */
const kinds = [
  ...readFileSync("src/personio/http/fault.ts", "utf8").matchAll(/^ {2}([A-Z_]+): \{ code: "([A-Z_]+)"/gm),
].map(([, kind = "", code = ""]) => ({ kind, code }));

describe("the README", () => {
  test("says of every error's code what it means and what to do", () => {
    expect(errorCodes).toContain("STALE_LEASE");
    const table = explained("What each error code means");
    expect(errorCodes.filter((code) => !table.includes(code))).toEqual([]);
  });

  test.each(sources.filter((path) => codesGiven(path).length > 0))(
    "explains the codes that %s gives",
    (path) => {
      const table = explained("What each error code means");
      expect(codesGiven(path).filter((code) => !table.includes(code))).toEqual([]);
    },
  );

  test("explains no code that nothing gives", () => {
    const given = new Set([...errorCodes, ...sources.flatMap(codesGiven)]);
    expect(explained("What each error code means").filter((code) => !given.has(code))).toEqual([]);
  });

  test("maps every kind in brackets to the code that the problem has", () => {
    expect(kinds.length).toBeGreaterThan(15);
    const mapped = rowsBelow("What the kind in brackets says").flatMap(([names, , code]) =>
      codesIn(names).map((kind) => ({ kind, code: codesIn(code)[0] })),
    );
    const byKind = (one: { kind: string }, other: { kind: string }) => one.kind.localeCompare(other.kind);
    expect(mapped.toSorted(byKind)).toEqual(kinds.toSorted(byKind));
  });

  test("explains every reason of the skip ledger, and every issue of the reporting lines", () => {
    for (const path of ["src/runs/skipped-employee.ts", "src/people/org-issues/org-issue.ts"]) {
      const declared = readFileSync(path, "utf8").matchAll(/^ {2}([A-Z_]+): "\1"/gm);
      const all = explained();
      expect([...declared].map(([, name = ""]) => name).filter((name) => !all.includes(name))).toEqual([]);
    }
  });
});
