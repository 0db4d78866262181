import { expect, test } from "vitest";
import { pageOf } from "../../src/request/connection.ts";

const page = (rows: readonly number[], first: number, after: string | null = null) =>
  pageOf(rows, { first, after, cursorOf: (row) => `cursor ${row}`, countAll: () => Promise.resolve(9) });

test("a page has at most `first` entries, and one more row sets `hasNextPage`", () => {
  const { edges, nodes, pageInfo } = page([1, 2, 3], 2);
  expect(edges.map(({ node }) => node)).toEqual([1, 2]);
  expect(nodes).toEqual([1, 2]);
  expect(pageInfo).toEqual({
    hasNextPage: true,
    hasPreviousPage: false,
    startCursor: "cursor 1",
    endCursor: "cursor 2",
  });
});

test("a full page without another row is the last one", () => {
  expect(page([1, 2], 2).pageInfo.hasNextPage).toBe(false);
});

test("a page after a cursor has a previous page", () => {
  expect(page([1], 2, "cursor 0").pageInfo.hasPreviousPage).toBe(true);
});

test("an empty page has no cursors", () => {
  expect(page([], 2).pageInfo).toMatchObject({ startCursor: null, endCursor: null, hasNextPage: false });
});

test("a page creates a cursor only when a client reads it", () => {
  const made: number[] = [];
  const cursorOf = (row: number) => {
    made.push(row);
    return `cursor ${row}`;
  };
  const { edges, pageInfo } = pageOf([1, 2, 3, 4], {
    first: 4,
    after: null,
    cursorOf,
    countAll: () => Promise.resolve(4),
  });
  expect(edges[1]?.cursor).toBe("cursor 2");
  expect(pageInfo.endCursor).toBe("cursor 4");
  expect(made).toEqual([2, 4]);
});
