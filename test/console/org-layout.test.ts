import { describe, expect, test } from "vitest";
import {
  boxesPath,
  centred,
  detailOf,
  fitting,
  NODES_MAX,
  resized,
  revealing,
  zoomed,
} from "../../src/console/routes/chart-detail.ts";
import { type Box, boxesIn, layOut, sizeOf, yOf } from "../../src/console/routes/chart-layout.ts";
import { toSvg } from "../../src/console/routes/chart-svg.ts";
import { cutBy } from "../../src/console/routes/cut-text.ts";
import {
  EMPTY,
  type OrgModel,
  type OrgNode,
  openLevels,
  rowsOf,
  TOP,
  withClosed,
  withLine,
  withMember,
  withTree,
} from "../../src/console/routes/org-model.ts";
import { actionOf, CELLS, NARROW_CELLS } from "../../src/console/routes/outline-keys.ts";
import { en } from "../../src/console/texts/en.ts";
import { screensEn } from "../../src/console/texts/screens.en.ts";

type Line = readonly [id: string, above: string | null, reports?: number];

const nodesOf = (lines: readonly Line[]): OrgNode[] => {
  const levels = new Map<string | null, number>([[null, 0]]);
  return lines.map(([personId, supervisorId, reports = 0]) => {
    const level = (levels.get(supervisorId) ?? 0) + 1;
    levels.set(personId, level);
    return {
      personId,
      supervisorId,
      level,
      displayName: `Name of ${personId}`,
      position: "Engineer",
      departmentName: null,
      status: "ACTIVE",
      isPreHire: false,
      directReportCount: reports,
      reportCount: reports,
      issues: [],
    };
  });
};

const openTree = (lines: readonly Line[]): OrgModel => withTree(EMPTY, TOP, nodesOf(lines));

/** Seven reports each, ten thousand people; leaves are those that no one reports to. */
const PEOPLE = 10_000;
const largeCompany = (): OrgModel => {
  const idOf = (index: number): string => `p${index}`;
  const isLead = (index: number): boolean => index * 7 + 1 < PEOPLE;
  return openTree(
    Array.from({ length: PEOPLE }, (_, index) => [
      idOf(index),
      index === 0 ? null : idOf(Math.floor((index - 1) / 7)),
      isLead(index) ? 7 : 0,
    ]),
  );
};
const large = layOut(largeCompany());

const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + sizeOf(other).width &&
  other.x < one.x + sizeOf(one).width &&
  yOf(one) < yOf(other) + sizeOf(other).height &&
  yOf(other) < yOf(one) + sizeOf(one).height;

describe("the layout of the chart", () => {
  test("every open person has one box, and no two boxes overlap", () => {
    expect(large.boxes).toHaveLength(PEOPLE);
    const inTwoRows = large.rows.map((row, index) => [...row, ...(large.rows[index + 1] ?? [])]);
    const overlapping = inTwoRows.flatMap((boxes) => {
      const sorted = boxes.sort((one, other) => one.x - other.x);
      return sorted.flatMap((box, index) => {
        const next = sorted.slice(index + 1, index + 4);
        return next.filter((other) => overlap(box, other)).map((other) => `${box.key} ${other.key}`);
      });
    });
    expect(overlapping).toEqual([]);
  });

  test("people without reports are stacked: seven of them take seven rows and one column", () => {
    const { byKey, right, left } = layOut(
      openTree([["boss", null, 7], ...["a", "b", "c", "d", "e", "f", "g"].map((id): Line => [id, "boss"])]),
    );
    const stack = ["a", "b", "c", "d", "e", "f", "g"].map((id) => byKey.get(id));
    expect(stack.map((box) => box?.row)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(stack.map((box) => box?.x)).size).toBe(1);
    expect(right - left).toBeLessThan(300);
  });

  test("a stack takes the room below it, so that the branch beside it does not grow under it", () => {
    const leaves = Array.from({ length: 12 }, (_, index): Line => [`leaf${index}`, "boss"]);
    const deep: Line[] = Array.from({ length: 6 }, (_, index) => [
      `d${index}`,
      index === 0 ? "boss" : `d${index - 1}`,
      1,
    ]);
    const wide = Array.from({ length: 5 }, (_, index): Line => [`w${index}`, "d5", 1]);
    const { boxes } = layOut(openTree([["boss", null, 13], ...deep, ...wide, ...leaves]));
    for (const [index, box] of boxes.entries())
      for (const other of boxes.slice(index + 1))
        expect([box.key, other.key, overlap(box, other)]).toContain(false);
  });

  test("a very large team becomes several stacks, about as wide as high", () => {
    const team = Array.from({ length: 1_000 }, (_, index): Line => [`leaf${index}`, "boss"]);
    const { left, right, bottom } = layOut(openTree([["boss", null, 1_000], ...team]));
    expect((right - left) / bottom).toBeGreaterThan(0.5);
    expect((right - left) / bottom).toBeLessThan(2);
  });

  test("the boxes of an area are those that touch it, wherever it is", () => {
    for (const share of [0, 0.13, 0.4, 0.77, 1]) {
      const left = large.left + share * (large.right - large.left);
      const top = share * large.bottom;
      const area = { left, top, right: left + 1_280, bottom: top + 800 };
      const expected = large.boxes.filter(
        (box) =>
          box.x <= area.right &&
          box.x + sizeOf(box).width >= area.left &&
          yOf(box) <= area.bottom &&
          yOf(box) + sizeOf(box).height >= area.top,
      );
      const found = boxesIn(large, area);
      expect(found.map(({ key }) => key).sort()).toEqual(expected.map(({ key }) => key).sort());
    }
  });

  test("at any zoom the chart of 10,000 people draws a bounded number of elements", () => {
    const model = largeCompany();
    for (const scale of [2, 1, 0.7, 0.5, 0.3, 0.05, 0.02])
      for (const share of [0, 0.2, 0.5, 0.9]) {
        const left = large.left + share * (large.right - large.left);
        const area = { left, top: 200, right: left + 1_280 / scale, bottom: 200 + 800 / scale };
        const boxes = boxesIn(large, area);
        const detail = detailOf(boxes, model, scale);
        const each = { all: 4, names: 3, shapes: 0 }[detail];
        expect(boxes.length * each).toBeLessThan(NODES_MAX);
      }
    expect(boxesPath(large.boxes).match(/M/g)).toHaveLength(PEOPLE);
  });
});

describe("the window on the chart", () => {
  const size = { width: 1_280, height: 800 };

  test("zooming keeps the point below the pointer", () => {
    const view = { x: 100, y: 50, scale: 1 };
    const next = zoomed(view, 2, { x: 300, y: 200 });
    expect([next.x + 300 / next.scale, next.y + 200 / next.scale]).toEqual([400, 250]);
    expect(zoomed(view, 1_000, { x: 0, y: 0 }).scale).toBe(2);
  });

  test("all of the chart fits, and a box can be in the middle", () => {
    const view = fitting(large, size);
    expect(view.x).toBeLessThanOrEqual(large.left);
    expect(view.x + size.width / view.scale).toBeGreaterThanOrEqual(large.right);
    const [box] = large.boxes;
    if (!box) throw new Error("The chart has a box.");
    const middle = centred(box, size);
    expect(middle.x + 640).toBe(box.x + sizeOf(box).width / 2);
    expect(revealing(middle, box, size)).toEqual(middle);
    const away = { ...middle, x: middle.x + 5_000 };
    expect(revealing(away, box, size).x).toBeLessThan(box.x);
  });

  test("in a window of another size the middle stays, and the top of the company", () => {
    const phone = { width: 380, height: 300 };
    expect(resized({ x: 100, y: 50, scale: 0.5 }, size, phone)).toEqual({ x: 1_000, y: 550, scale: 0.5 });
    const top = fitting(large, size);
    expect(resized(top, size, phone).y).toBe(top.y);
  });
});

describe("what the page knows of the tree", () => {
  const COMPANY: readonly Line[] = [
    ["boss", null, 3],
    ["lead", "boss", 2],
    ["left", "boss"],
    ["right", "boss"],
    ["dev", "lead"],
    ["ops", "lead"],
  ];

  test("rows are those of open people, with level, place and size of the team", () => {
    const rows = rowsOf(openTree(COMPANY));
    expect(rows.map(({ key, level, position, setSize }) => `${level} ${key} ${position}/${setSize}`)).toEqual(
      ["1 boss 1/1", "2 lead 1/3", "3 dev 1/2", "3 ops 2/2", "2 left 2/3", "2 right 3/3"],
    );
    const closed = withClosed(openTree(COMPANY), "lead");
    expect(rowsOf(closed).map(({ key }) => key)).toContain("dev");
    expect(openLevels(openTree(COMPANY), TOP)).toBe(3);
    expect(openLevels(withClosed(openTree(COMPANY), TOP), TOP)).toBe(1);
  });

  test("of the line above a person one report is known, and a row counts the others", () => {
    const [boss, lead] = nodesOf(COMPANY);
    if (!boss || !lead) throw new Error("There are two.");
    const model = withLine(EMPTY, [boss, lead]);
    expect(rowsOf(model).map(({ key, others }) => `${key} ${others}`)).toEqual([
      "boss 0",
      "lead 0",
      "+boss 2",
    ]);
    const [box] = layOut(model).boxes.filter(({ others }) => others > 0);
    expect(box).toMatchObject({ parent: "boss", isLeaf: true });
    const whole = withTree(model, "boss", nodesOf(COMPANY.slice(1, 4).map(([id]): Line => [id, null])));
    expect(rowsOf(whole).some(({ others }) => others > 0)).toBe(false);
  });

  test("a person above is not a report, so a circle of supervisors ends", () => {
    const [a, b] = nodesOf([
      ["a", null, 1],
      ["b", "a", 1],
    ]);
    if (!a || !b) throw new Error("There are two.");
    const model = withTree(withLine(EMPTY, [a, b]), "b", nodesOf([["a", null, 1]]));
    expect(rowsOf(model).map(({ key }) => key)).toEqual(["a", "b"]);
    expect(layOut(model).boxes).toHaveLength(2);
  });

  test("a person that no answer lists is added once", () => {
    const [gone] = nodesOf([["gone", null]]);
    if (!gone) throw new Error("There is one.");
    const once = withMember(openTree(COMPANY), "boss", gone);
    expect(rowsOf(withMember(once, "boss", gone)).filter(({ key }) => key === "gone")).toHaveLength(1);
  });
});

describe("the keys of the outline", () => {
  const model = openTree([
    ["boss", null, 2],
    ["lead", "boss", 2],
    ["dev", "boss"],
  ]);
  const rows = rowsOf(model);
  const press = (key: string, row: number, cell: number | null = null, ctrlKey = false, cells = CELLS) =>
    actionOf({ key, ctrlKey }, { model, rows, place: { row, cell }, page: 10, cells });

  test("Right opens a closed row, and moves into the cells of another one; Left goes back, closes, and leads up", () => {
    expect(press("ArrowRight", 1)).toEqual({ kind: "toggle", id: "lead" });
    expect(press("ArrowRight", 0)).toEqual({ kind: "focus", row: 0, cell: 0 });
    expect(press("ArrowRight", 0, 4)).toEqual({ kind: "focus", row: 0, cell: 4 });
    expect(press("ArrowLeft", 0, 0)).toEqual({ kind: "focus", row: 0, cell: null });
    expect(press("ArrowLeft", 0)).toEqual({ kind: "toggle", id: "boss" });
    expect(press("ArrowLeft", 2)).toEqual({ kind: "focus", row: 0, cell: null });
  });

  test("in a narrow window, keys move between the cells that it shows", () => {
    const to = (key: string, cell: number | null) => press(key, 2, cell, false, NARROW_CELLS);
    expect(to("ArrowRight", null)).toEqual({ kind: "focus", row: 2, cell: 0 });
    expect(to("ArrowRight", 0)).toEqual({ kind: "focus", row: 2, cell: 3 });
    expect(to("ArrowRight", 3)).toEqual({ kind: "focus", row: 2, cell: 3 });
    expect(to("End", 0)).toEqual({ kind: "focus", row: 2, cell: 3 });
    expect(to("ArrowLeft", 3)).toEqual({ kind: "focus", row: 2, cell: 0 });
    // The window was wide when the focus went there.
    expect(to("ArrowLeft", 2)).toEqual({ kind: "focus", row: 2, cell: 0 });
  });

  test("Up, Down, Home and End move between rows, and Home and End in a row between cells", () => {
    expect(press("ArrowDown", 0, 2)).toEqual({ kind: "focus", row: 1, cell: 2 });
    expect(press("End", 0)).toEqual({ kind: "focus", row: 2, cell: null });
    expect(press("End", 0, 1)).toEqual({ kind: "focus", row: 0, cell: 4 });
    expect(press("Home", 2, 1, true)).toEqual({ kind: "focus", row: 0, cell: 1 });
    expect(press("Enter", 2)).toEqual({ kind: "person", id: "dev" });
    expect(press("*", 0)).toEqual({ kind: "branch", id: "boss" });
    expect(press("x", 0)).toBeNull();
  });
});

describe("the chart as a file", () => {
  test("names are text, whatever they contain, and long ones are cut", () => {
    const nodes = nodesOf([["boss", null]]).map((node) => ({
      ...node,
      displayName: '<script>alert("1")</script>\u0000 & Söhne',
      position: "x".repeat(10_000),
    }));
    const model = withTree(EMPTY, TOP, nodes);
    const cut = (text: string, width: number) => cutBy(text, width, (shown) => shown.length * 7);
    const svg = toSvg(layOut(model), model, {
      title: "A & B",
      texts: { ...en, ...screensEn },
      cut: (text) => cut(text, 2_000),
    });
    expect(svg).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; Söhne");
    expect(svg).toContain("<title>A &amp; B</title>");
    expect(svg).not.toContain("\u0000");
    expect(svg.length).toBeLessThan(3_000);
  });

  test("a text that is too long ends with an ellipsis, and one that fits stays", () => {
    const measure = (text: string): number => [...text].length;
    expect(cutBy("Anna", 10, measure)).toBe("Anna");
    expect(cutBy("Anna-Lena Müller", 8, measure)).toBe("Anna-Le…");
    expect(cutBy("👩‍🚀".repeat(100), 5, measure).endsWith("…")).toBe(true);
  });
});
