import { describe, expect, test } from "vitest";
import { parseSearch, readDay, stringifySearch } from "../../src/console/parts/search-params.ts";
import { toCsv } from "../../src/console/routes/csv.ts";
import { keepNear, PAGES_KEPT } from "../../src/console/routes/kept-pages.ts";
import { readPeopleSearch } from "../../src/console/routes/people-search.ts";
import { safeLinkOf } from "../../src/console/routes/safe-link.ts";

describe("a CSV file", () => {
  test.each(["=1+1", "+49 89 1", "-5", "@SUM(A1)", "\tx", "\rx"])(
    "%j begins with an apostrophe, so that no spreadsheet runs it",
    (value) => {
      expect(toCsv([[value]]).replaceAll('"', "")).toBe(`\uFEFF'${value}\r\n`);
    },
  );

  test("commas, quotes and line ends are quoted, and other texts stay as they are", () => {
    expect(toCsv([["Müller, Anna", 'the "boss"', "two\nlines", "O'Neill", ""]])).toBe(
      '\uFEFF"Müller, Anna","the ""boss""","two\nlines",O\'Neill,\r\n',
    );
  });
});

describe("a link that a person typed", () => {
  test.each(["https://example.com/a", "http://example.com/", "mailto:a@example.com"])(
    "%s can be followed",
    (text) => expect(safeLinkOf(text)).toBe(text),
  );

  test.each([
    "javascript:alert(1)",
    " JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "example.com",
  ])("%s stays a text", (text) => expect(safeLinkOf(text)).toBeUndefined());
});

describe("the address of the list of people", () => {
  test("the address keeps each filter, order and column", () => {
    const text =
      "?search=anna&status=ACTIVE&status=LEAVE&department=d1&starting=yes&order=hireDate&descending=yes&columns=office";
    const search = readPeopleSearch(parseSearch(text));
    expect(search).toEqual({
      search: "anna",
      status: ["ACTIVE", "LEAVE"],
      department: ["d1"],
      starting: "yes",
      order: "hireDate",
      descending: "yes",
      columns: ["office"],
    });
    expect(readPeopleSearch(parseSearch(stringifySearch(search)))).toEqual(search);
  });

  test("values that the list does not know are dropped", () => {
    expect(
      readPeopleSearch(parseSearch("?status=GONE&order=salary&columns=x&search=&starting=1&other=2")),
    ).toEqual({});
    expect(readDay("2026-02-31x")).toBeUndefined();
    expect(readDay("2026-02-30")).toBeUndefined();
    expect(readDay("2028-02-29")).toBe("2028-02-29");
  });
});

test("however far a reader scrolls, only the pages next to the last one stay in memory", () => {
  let pages: ReadonlyMap<number, string> = new Map();
  for (let page = 0; page < 1_000; page += 1) pages = keepNear(pages, page, `${page}`);
  expect([...pages.keys()].toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: PAGES_KEPT }, (_, index) => 1_000 - PAGES_KEPT + index),
  );
  // A jump back keeps what is near to it.
  pages = keepNear(pages, 0, "0");
  expect([pages.size, pages.get(0), pages.has(999), pages.has(960)]).toEqual([PAGES_KEPT, "0", false, true]);
});
