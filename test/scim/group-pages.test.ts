import { expect, test } from "vitest";
import { cutToMembers, MEMBERS_PER_PAGE_MAX } from "../../src/scim/groups/answer-groups.ts";

test("a page of groups ends before it has too many members, and has at least one group", () => {
  const groups = ["a", "b", "c"].map((id) => ({ id }));
  const cut = (...sizes: number[]) =>
    cutToMembers(groups, new Map(sizes.map((size, place) => [groups[place]?.id ?? "", size]))).length;
  expect(cut()).toBe(3);
  expect(cut(1, 2, 3)).toBe(3);
  expect(cut(MEMBERS_PER_PAGE_MAX, 1, 1)).toBe(1);
  expect(cut(MEMBERS_PER_PAGE_MAX + 1)).toBe(1);
  expect(cut(MEMBERS_PER_PAGE_MAX - 1, 1, 1)).toBe(2);
  expect(cut(MEMBERS_PER_PAGE_MAX * 2, 0, 1)).toBe(1);
});
