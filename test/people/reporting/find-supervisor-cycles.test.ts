import { expect, test } from "vitest";
import { findSupervisorCycles } from "../../../src/people/reporting/find-supervisor-cycles.ts";

const links = (...pairs: readonly string[]) =>
  pairs.map((pair) => {
    const [id = "", supervisorId = ""] = pair.split(">");
    return { id, supervisorId };
  });

const members = (...pairs: readonly string[]) => findSupervisorCycles(links(...pairs)).map(({ id }) => id);

test("a circle contains its members, not people whose line leads into it", () => {
  expect(members("a>b", "b>c", "c>b", "d>a")).toEqual(["b", "c"]);
});

test("self-supervision is a circle of one", () => {
  expect(members("a>a", "b>a")).toEqual(["a"]);
});

test("a line that ends contains no circle", () => {
  expect(members("a>b", "b>c")).toEqual([]);
});

test("two circles are both found", () => {
  expect(members("a>b", "b>a", "x>y", "y>z", "z>x")).toEqual(["a", "b", "x", "y", "z"]);
});

test("a circle of 100,000 is found", () => {
  const size = 100_000;
  const circle = Array.from({ length: size }, (_, index) => ({
    id: String(index),
    supervisorId: String((index + 1) % size),
  }));
  expect(findSupervisorCycles(circle)).toHaveLength(size);
});
