import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const IDS = [
  ...Array.from({ length: 25 }, (_, place) => `D${place + 1}`),
  ...Array.from({ length: 9 }, (_, place) => `E${place + 1}`),
  "E12",
  "E13",
];

const cells = readFileSync("test/contract/fault-rows.md", "utf8")
  .split("\n")
  .filter((line) => /^\| [DE]\d/.test(line))
  .flatMap((line) => {
    const [ids = "", ...transports] = line.slice(2, -2).split(" | ");
    return ids.split(", ").map((id) => ({ id, transports }));
  });

test("the table has each row of D and E that is built, once, with its three transports", () => {
  expect(cells.map(({ id }) => id).toSorted()).toEqual(IDS.toSorted());
  expect(cells.filter(({ transports }) => transports.length !== 3)).toEqual([]);
});

test.each(cells)(
  "$id is in the name of a test of each file that the table names for it",
  ({ id, transports }) => {
    const named = transports.filter((cell) => !cell.startsWith("—: "));
    const without = named.filter((cell) => {
      const [, file = "no file"] = /^(?:All: )?`([^`]+)`$/.exec(cell) ?? [];
      return !new RegExp(`["'(\`][^"\n]*\\b${id}\\b[^"\n]*`).test(readFileSync(`test/${file}`, "utf8"));
    });

    expect(named.length).toBeGreaterThan(0);
    expect(without).toEqual([]);
  },
);
