import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  cursorPages,
  type LinkQuery,
  type ListPage,
  listOf,
} from "../../../src/personio/http/cursor-pages.ts";
import { errorOf, type FailureDetails } from "../../../src/personio/http/failure.ts";

const apiUrl = new URL("https://api.personio.de");

type Record_ = { readonly id: string };

const page = (ids: readonly string[], next: string | null): ListPage<Record_> => ({
  records: ids.map((id) => ({ id })),
  next,
});

/** Reads a list of these pages: the first one, and then the one that a link's cursor names. */
async function collect(
  first: ListPage<Record_>,
  behind: (cursor: string) => ListPage<Record_> = () => page([], null),
) {
  const followed: LinkQuery[] = [];
  const pages: string[][] = [];
  const list = {
    apiUrl,
    listError: (details: FailureDetails) => errorOf({ asked: "GET /v2/persons", ...details }),
    first: async () => first,
    follow: async (query: LinkQuery) => {
      followed.push(query);
      return behind(query.cursor);
    },
  };
  for await (const records of cursorPages(list)) pages.push(records.map(({ id }) => id));
  return { pages, followed };
}

const linkTo = (cursor: string): string => `https://api.personio.de/v2/persons?cursor=${cursor}`;

describe("cursorPages", () => {
  test("cursorPages follows the links unchanged until there is none", async () => {
    const { pages, followed } = await collect(page(["1", "2"], `${linkTo("a")}&limit=7`), (cursor) =>
      cursor === "a" ? page(["3"], linkTo("b")) : page(["4"], null),
    );
    expect(pages).toEqual([["1", "2"], ["3"], ["4"]]);
    expect(followed).toEqual([{ cursor: "a", limit: "7" }, { cursor: "b" }]);
  });

  test.each(["/v2/persons?cursor=a", "?cursor=a", "https://api.personio.de/v2/employments?cursor=a"])(
    "cursorPages finds the cursor in %s",
    async (link) => {
      expect((await collect(page(["1"], link))).followed).toEqual([{ cursor: "a" }]);
    },
  );

  test.each([
    "https://api.personio.de.example.org/v2/persons?cursor=a",
    "http://api.personio.de/v2/persons?cursor=a",
    "https://api.personio.de:8443/v2/persons?cursor=a",
    "//169.254.169.254/?cursor=a",
    "javascript:alert(1)?cursor=a",
    "https://?cursor=a",
  ])("cursorPages does not follow a link to another origin: %s", async (link) => {
    await expect(collect(page(["1"], link))).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: "GET /v2/persons: a link to the next page on another address (REDIRECT_REFUSED).",
    });
  });

  test.each(["", "/v2/persons", "/v2/persons?cursor=", "/v2/persons?page=2"])(
    "cursorPages does not treat a link without a cursor as the end: %j",
    async (link) => {
      await expect(collect(page(["1"], link))).rejects.toMatchObject({
        message: expect.stringContaining("UPSTREAM_BAD_ANSWER"),
      });
    },
  );

  test("cursorPages follows a cursor of 8 KB, but none that every server would reject", async () => {
    const long = "c".repeat(8 * 1024);
    expect((await collect(page(["1"], linkTo(long)))).followed).toEqual([{ cursor: long }]);
    await expect(collect(page(["1"], linkTo(long.repeat(128))))).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: `GET /v2/persons: a link to the next page of ${linkTo(long.repeat(128)).length} characters (UPSTREAM_BAD_ANSWER).`,
    });
  });

  test("cursorPages ends at a repeated cursor, also after a detour (A12)", async () => {
    let asked = 0;
    const reading = collect(page(["1"], linkTo("a")), (cursor) => {
      asked += 1;
      return page([`${asked + 1}`], linkTo(cursor === "a" ? "b" : "a"));
    });
    await expect(reading).rejects.toMatchObject({
      code: "PERSONIO_UNAVAILABLE",
      message: expect.stringContaining("PAGINATION_LOOP"),
    });
    expect(asked).toBe(2);
  });

  test("cursorPages ends when new cursors lead to old pages, or only to empty ones (A12)", async () => {
    let asked = 0;
    const circle = collect(page(["1"], linkTo("0")), () => {
      asked += 1;
      return page([String(asked % 5)], linkTo(`${asked}`));
    });
    await expect(circle).rejects.toMatchObject({ message: expect.stringContaining("PAGINATION_LOOP") });
    expect(asked).toBeLessThan(15);

    asked = 0;
    const nowhere = collect(page([], linkTo("0")), () => {
      asked += 1;
      return page([], linkTo(`${asked}`));
    });
    await expect(nowhere).rejects.toMatchObject({ message: expect.stringContaining("PAGINATION_LOOP") });
    expect(asked).toBeLessThan(100);
  });

  test("cursorPages continues after an empty page, and after a repeated one (A7)", async () => {
    const behind: Record<string, ListPage<Record_>> = {
      a: page([], linkTo("b")),
      b: page(["1", "2"], linkTo("c")),
      c: page(["3"], null),
    };
    const { pages } = await collect(
      page(["1", "2"], linkTo("a")),
      (cursor) => behind[cursor] ?? page([], null),
    );
    expect(pages).toEqual([["1", "2"], [], ["1", "2"], ["3"]]);
  });
});

describe("A list of version 2", () => {
  const list = listOf(z.object({ id: z.string() }));
  const links = { self: { href: linkTo("x") } };

  test("a list has records, and a link unless it is the last page", () => {
    const body = { _data: [{ id: "1" }], _meta: { links: { ...links, next: { href: linkTo("a") } } } };
    expect(list.parse(body)).toEqual({ records: [{ id: "1" }], next: linkTo("a") });
    expect(list.parse({ _data: [], _meta: { links } })).toEqual({ records: [], next: null });
    expect(list.parse({ _data: [], _meta: { links: { next: null } } }).next).toBeNull();
  });

  test.each([
    { _data: [{ id: "1" }] },
    { _data: [{ id: "1" }], _meta: {} },
    { _data: [{ id: "1" }], _meta: { links: { next: {} } } },
    { _data: [{ id: "1" }], _meta: { links: { next: linkTo("a") } } },
    { _data: [{ id: "1" }, {}], _meta: { links } },
    { data: [], _meta: { links } },
    [],
  ])("a list is unreadable when nothing marks the last page: %j", (body) => {
    expect(list.safeParse(body).success).toBe(false);
  });
});
