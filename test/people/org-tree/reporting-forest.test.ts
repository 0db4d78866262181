import { describe, expect, test } from "vitest";
import { chooseTeams } from "../../../src/people/org-tree/choose-teams.ts";
import { growForest, type LeaderLink } from "../../../src/people/org-tree/reporting-forest.ts";

type Person = { readonly id: string; readonly supervisorId: string | null; readonly hasLeft?: boolean };

/** The links that the statement would read: one for each person who has reports. */
const linksOf = (people: readonly Person[]): LeaderLink[] =>
  people.flatMap(({ id, supervisorId, hasLeft = false }) => {
    const team = people.filter((person) => person.supervisorId === id);
    return team.length === 0
      ? []
      : [{ id, supervisorId, hasLeft, directReportCount: team.filter((person) => !person.hasLeft).length }];
  });

/** `b>a` reports to `a`; `a` is at the top; `-` has left. */
const company = (text: string): Person[] =>
  text.split(" ").map((word) => {
    const [name = "", supervisorId = null] = word.split(">");
    return { id: name.replace("-", ""), supervisorId, hasLeft: name.includes("-") };
  });

const grow = (text: string) => growForest(linksOf(company(text)));

const countsOf = (text: string): Record<string, [direct: number, all: number]> =>
  Object.fromEntries(
    [...grow(text).leaders.values()].map(({ id, directReportCount, reportCount }) => [
      id,
      [directReportCount, reportCount],
    ]),
  );

describe("the tree of reporting lines", () => {
  test("a leader counts direct reports, and all people below", () => {
    expect(countsOf("a b>a c>a d>b e>b f>d")).toEqual({ a: [2, 5], b: [2, 3], d: [1, 1] });
  });

  test("leavers are not counted, and the people below them are", () => {
    expect(countsOf("a b->a c>b d->a")).toEqual({ a: [0, 1], b: [1, 1] });
  });

  test("a circle is cut above its lowest id, who no longer counts as a report", () => {
    const { leaders, cut, inCircles } = grow("b>c c>a a>b d>a");
    expect(cut.map(({ id }) => id)).toEqual(["a"]);
    expect([...inCircles].sort()).toEqual(["a", "b", "c"]);
    expect(leaders.get("a")).toMatchObject({ supervisorId: null, directReportCount: 2, reportCount: 3 });
    expect(leaders.get("b")).toMatchObject({ supervisorId: "c", directReportCount: 0, reportCount: 0 });
  });

  test("a person who is their own supervisor is at the top, and in no circle", () => {
    const { leaders, cut, inCircles } = grow("a>a b>a");
    expect(cut.map(({ id }) => id)).toEqual(["a"]);
    expect(inCircles.size).toBe(0);
    expect(leaders.get("a")).toMatchObject({ supervisorId: null, directReportCount: 1, reportCount: 1 });
  });

  test("a leaver in a circle is cut without taking a person who works here from the counts", () => {
    expect(grow("a->b b>a c>b").leaders.get("b")).toMatchObject({ directReportCount: 1, reportCount: 1 });
  });

  test("in any company each circle is cut once, and each count is that of the people below", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const people = randomCompany(seed);
      const { leaders, cut } = growForest(linksOf(people));
      const cutIds = new Set(cut.map(({ id }) => id));
      const above = new Map(people.map(({ id, supervisorId }) => [id, cutIds.has(id) ? null : supervisorId]));
      const expected = new Map<string, number>();
      for (const { id, hasLeft } of people) {
        const line = lineAbove(id, above);
        expect(line, `the line of ${id} with seed ${seed} ends`).not.toBeNull();
        if (!hasLeft) for (const leader of line ?? []) expected.set(leader, (expected.get(leader) ?? 0) + 1);
      }
      for (const { id, reportCount } of leaders.values())
        expect([seed, id, reportCount]).toEqual([seed, id, expected.get(id) ?? 0]);
      expect(cut.length).toBe(circlesIn(people));
    }
  });
});

describe("the teams of an answer", () => {
  const choose = (text: string, request: Partial<Parameters<typeof chooseTeams>[1]> = {}) => {
    const people = company(text);
    const topCount = people.filter(({ supervisorId, hasLeft }) => supervisorId === null && !hasLeft).length;
    const { teams, leaders, isCut } = chooseTeams(growForest(linksOf(people)), {
      rootId: null,
      levels: 2,
      limit: 100,
      topCount,
      ...request,
    });
    return {
      teams: teams.map(({ supervisorId, level }) => `${level} ${supervisorId}`),
      leaders: leaders.map(({ id }) => id),
      isCut,
    };
  };
  const COMPANY = "a b>a c>a d>b e>b f>d g>c h>c i>c";

  test("an answer begins at the top, or below the root, and has the requested levels", () => {
    expect(choose(COMPANY)).toEqual({ teams: ["1 null", "2 a"], leaders: ["a", "b", "c"], isCut: false });
    expect(choose(COMPANY, { rootId: "b", levels: 1 })).toEqual({
      teams: ["1 b"],
      leaders: ["d"],
      isCut: false,
    });
    expect(choose(COMPANY, { levels: 50 }).teams).toEqual(["1 null", "2 a", "3 b", "3 c", "4 d"]);
    expect(choose(COMPANY, { rootId: "f" }).teams).toEqual([]);
  });

  test("a team that does not fit is left out whole, and its lower levels with it", () => {
    expect(choose(COMPANY, { levels: 50, limit: 5 })).toMatchObject({
      teams: ["1 null", "2 a", "3 b"],
      isCut: true,
    });
    expect(choose(COMPANY, { levels: 50, limit: 9 }).isCut).toBe(false);
  });

  test("a first team that is larger than the answer is the only one, and incomplete", () => {
    expect(choose(COMPANY, { rootId: "c", limit: 2 })).toEqual({ teams: ["1 c"], leaders: [], isCut: true });
  });

  test("a leaver is in a team only with people below", () => {
    expect(choose("a b->a c>b d->a e->d")).toMatchObject({ leaders: ["a", "b"] });
  });

  test("people of a cut circle are at the top", () => {
    expect(choose("a x>y y>x z>z")).toMatchObject({ teams: ["1 null", "2 x"], leaders: ["x", "z"] });
  });
});

/** Few people with many wrong links: self, circles and lines into circles. */
function randomCompany(seed: number): Person[] {
  let state = seed * 2_654_435_761;
  const next = (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return state % below;
  };
  const ids = Array.from({ length: 3 + next(20) }, (_, index) => `p${String(index).padStart(2, "0")}`);
  return ids.map((id) => ({
    id,
    supervisorId: next(5) === 0 ? null : (ids[next(ids.length)] ?? null),
    hasLeft: next(4) === 0,
  }));
}

/** The people above; null for a line without an end. */
function lineAbove(id: string, above: ReadonlyMap<string, string | null>): string[] | null {
  const line: string[] = [];
  for (let at = above.get(id) ?? null; at !== null; at = above.get(at) ?? null) {
    line.push(at);
    if (line.length > above.size) return null;
  }
  return line;
}

function circlesIn(people: readonly Person[]): number {
  const above = new Map(people.map(({ id, supervisorId }) => [id, supervisorId]));
  const circles = new Set<string>();
  for (const { id } of people) {
    const seen: string[] = [];
    let at: string | null = id;
    while (at !== null && !seen.includes(at)) {
      seen.push(at);
      at = above.get(at) ?? null;
    }
    if (at !== null) circles.add(seen.slice(seen.indexOf(at)).sort().join());
  }
  return circles.size;
}
