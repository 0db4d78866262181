import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

/** The levels of the requirements of each section of OWASP ASVS 5.0.0, in order: 1.1.1 has level 2. */
const LEVELS: Readonly<Record<string, string>> = {
  "1.1": "22",
  "1.2": "1111122223",
  "1.3": "112222222223",
  "1.4": "222",
  "1.5": "123",
  "2.1": "122",
  "2.2": "112",
  "2.3": "12223",
  "2.4": "23",
  "3.1": "3",
  "3.2": "113",
  "3.3": "12223",
  "3.4": "11222233",
  "3.5": "11122333",
  "3.6": "3",
  "3.7": "22333",
  "4.1": "12233",
  "4.2": "23333",
  "4.3": "22",
  "4.4": "1222",
  "7.1": "222",
  "7.2": "1111",
  "7.3": "22",
  "7.4": "11222",
  "7.5": "223",
  "7.6": "22",
  "8.1": "1233",
  "8.2": "1123",
  "8.3": "133",
  "8.4": "23",
  "9.1": "111",
  "9.2": "1222",
  "10.1": "22",
  "10.2": "223",
  "10.3": "22223",
  "10.4": "1111122222233333",
  "10.5": "22222",
  "10.6": "22",
  "10.7": "222",
  "11.1": "2233",
  "11.2": "22233",
  "11.3": "11233",
  "11.4": "1222",
  "11.5": "23",
  "11.6": "23",
  "11.7": "33",
  "12.1": "12233",
  "12.2": "11",
  "12.3": "22223",
  "13.1": "2333",
  "13.2": "222223",
  "13.3": "2233",
  "13.4": "1222233",
  "14.1": "22",
  "14.2": "12223333",
  "14.3": "122",
  "15.1": "12233",
  "15.2": "12233",
  "15.3": "1222222",
  "15.4": "3333",
  "16.1": "2",
  "16.2": "22222",
  "16.3": "2222",
  "16.4": "222",
  "16.5": "2223",
};

/** Chapters that do not apply as a whole: files, passwords, WebRTC. */
const ABSENT_CHAPTERS = ["V5", "V6", "V17"];

const WORDS_MAX = 15;

const page = readFileSync("test/contract/asvs.md", "utf8");

const required = Object.entries(LEVELS).flatMap(([section, levels]) =>
  [...levels].map((level, place) => ({ id: `${section}.${place + 1}`, level: Number(level) })),
);
const upToLevel2 = required.filter(({ level }) => level <= 2);

const rows = [...page.matchAll(/^\| (\d+\.\d+\.\d+) \| (\d) \| (.*?) \| (.*) \|$/gm)].map(
  ([, id = "", level, what = "", proof = ""]) => ({
    id,
    level: Number(level),
    what,
    proofs: proof.split("<br>"),
  }),
);

/** `10.4.1 – 10.4.3` is three ids. */
const idsIn = (list: string): string[] =>
  [...list.matchAll(/(\d+\.\d+)\.(\d+)(?: – \1\.(\d+))?/g)].flatMap(([, section, first, last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, place) => `${section}.${Number(first) + place}`,
    ),
  );

const absent = [...page.matchAll(/^- \*\*(V\d+)\*\*: (.*?) — /gm)].map(([, chapter = "", list = ""]) => ({
  chapter,
  ids: idsIn(list),
}));

/** Proofs that are tests: the file, and a part of the test's name. */
const testsIn = (proofs: readonly string[]): { file: string; name: string }[] =>
  proofs
    .map((proof) => /^`([^`]+\.test\.ts)`: (.+)$/.exec(proof) ?? [])
    .filter(([found]) => found)
    .map(([, file = "", name = ""]) => ({ file, name }));

const isReason = (proof: string): boolean =>
  /^\*\*(Proxy|Operator|Issuer|Open)\*\*: .+\.$/.test(proof) ||
  /^\[Manual\]\(\.\.\/\.\.\/src\/.+\)$/.test(proof);

describe("the table of OWASP ASVS", () => {
  test("the table has each requirement of levels 1 and 2 once, as a row or as one that does not apply", () => {
    const named = [...rows.map(({ id }) => id), ...absent.flatMap(({ ids }) => ids)];

    expect(upToLevel2.length).toBeGreaterThan(150);
    expect(named.toSorted()).toEqual(upToLevel2.map(({ id }) => id).toSorted());
    expect(absent.filter(({ ids }) => ids.length === 0).map(({ chapter }) => chapter)).toEqual(
      ABSENT_CHAPTERS,
    );
  });

  test("each row has the level of its requirement, and few words", () => {
    const levels = new Map(required.map(({ id, level }) => [id, level]));

    expect(rows.filter(({ id, level }) => levels.get(id) !== level)).toEqual([]);
    expect(rows.filter(({ what }) => what.split(" ").length > WORDS_MAX)).toEqual([]);
  });

  test.each(rows)("the proof of $id exists", ({ proofs, what }) => {
    const tests = testsIn(proofs);
    const missing = tests.filter(({ file, name }) => {
      const path = join("test", file);
      return !existsSync(path) || !readFileSync(path, "utf8").includes(name);
    });

    expect(missing).toEqual([]);
    expect(proofs.filter((proof) => !isReason(proof))).toHaveLength(tests.length);
    // A row without words names who meets the requirement.
    expect(what !== "—" || proofs.some(isReason)).toBe(true);
  });
});
