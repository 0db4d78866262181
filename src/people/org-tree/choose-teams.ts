import type { Forest, Leader } from "./reporting-forest.ts";

/** The reports of one person, at one level of an answer; those at the top, if `supervisorId` is null. */
export type Team = { readonly supervisorId: string | null; readonly level: number };

export type ChosenTeams = {
  readonly teams: readonly Team[];
  /** The people of these teams with people below them, and those who are at the top because of a circle. */
  readonly leaders: readonly { readonly id: string; readonly level: number; readonly leads: boolean }[];
  /** Whether people of the requested levels are left out. */
  readonly isCut: boolean;
};

/** The part of the tree that a request wants. */
export type Request = {
  readonly rootId: string | null;
  readonly levels: number;
  readonly limit: number;
  /** People without a supervisor who work here. */
  readonly topCount: number;
};

/**
 * Chooses whole teams, level by level, as long as they fit: those with the most people below come first. So a
 * reader has all reports of a person or none. Only a first team that is larger than the limit is read in
 * part. Pure.
 */
export function chooseTeams(forest: Forest, { rootId, levels, limit, topCount }: Request): ChosenTeams {
  const root = rootId === null ? null : forest.leaders.get(rootId);
  const teams: Team[] = [];
  const leaders: ChosenTeams["leaders"][number][] = [];
  let left = limit;
  let isCut = false;
  let parents = root === null ? [topOf(forest, topCount)] : root ? [teamOf(root, root.id)] : [];
  for (let level = 1; level <= levels && parents.length > 0; level += 1) {
    const chosen = parents.filter(({ size }) => {
      const fits = size <= left || level === 1;
      if (fits) left = Math.max(0, left - size);
      isCut ||= !fits || size > limit;
      return fits;
    });
    teams.push(...chosen.map(({ supervisorId }) => ({ supervisorId, level })));
    const below = chosen.flatMap((team) => team.leaders).sort(byReports);
    leaders.push(...below.map(({ id, reportCount }) => ({ id, level, leads: reportCount > 0 })));
    parents = below.filter(({ reportCount }) => reportCount > 0).map((leader) => teamOf(leader, leader.id));
  }
  return { teams, leaders, isCut };
}

type Parent = Pick<Leader, "directReportCount" | "below">;
type Sized = {
  readonly supervisorId: string | null;
  readonly leaders: readonly Leader[];
  readonly size: number;
};

/** People who left are in the tree only while people who work here are below them. */
function teamOf({ directReportCount, below }: Parent, supervisorId: string | null): Sized {
  const leaders = below.filter(({ reportCount }) => reportCount > 0);
  const left = leaders.filter(({ hasLeft }) => hasLeft);
  return { supervisorId, leaders, size: directReportCount + left.length };
}

/** All who are at the top. A person who was only their own supervisor has no people below. */
function topOf({ leaders, cut }: Forest, topCount: number): Sized {
  const below = [...leaders.values()].filter(({ supervisorId }) => supervisorId === null);
  const top = teamOf({ directReportCount: topCount, below }, null);
  const current = cut.filter(({ hasLeft }) => !hasLeft);
  const alone = current.filter(({ reportCount }) => reportCount === 0);
  return { ...top, leaders: [...top.leaders, ...alone], size: top.size + current.length };
}

const byReports = (one: Leader, other: Leader): number =>
  other.reportCount - one.reportCount || (one.id < other.id ? -1 : 1);
