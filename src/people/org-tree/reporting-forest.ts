/** A person with reports. Leavers count too. */
export type LeaderLink = {
  readonly id: string;
  readonly supervisorId: string | null;
  readonly hasLeft: boolean;
  /** Reports who work here; the person themselves, if they are their own supervisor. */
  readonly directReportCount: number;
};

/** A person with reports, at their place in the tree. */
export type Leader = {
  readonly id: string;
  /** Null at the top, and where a circle is cut. */
  readonly supervisorId: string | null;
  readonly hasLeft: boolean;
  readonly directReportCount: number;
  /** People who work here at all levels below. */
  readonly reportCount: number;
  /** The reports with reports of their own. */
  readonly below: readonly Leader[];
};

/** The reporting lines of people with reports, without circles. */
export type Forest = {
  readonly leaders: ReadonlyMap<string, Leader>;
  /** Who is at the top because a circle of supervisors is cut above them. */
  readonly cut: readonly Leader[];
  /** People in a circle of two or more. */
  readonly inCircles: ReadonlySet<string>;
};

type Growing = {
  -readonly [Key in keyof Omit<Leader, "below">]: Leader[Key];
} & {
  readonly below: Growing[];
  /** How many of the leaders below are not counted yet. */
  uncounted: number;
};

/**
 * Adds up reports from the lowest leaders to the top, each leader once. The links that remain form circles.
 * Each circle is cut above the member with the lowest id, so that all answers cut it at the same place. Pure.
 */
export function growForest(links: readonly LeaderLink[]): Forest {
  const leaders = new Map(links.map((link) => [link.id, uncountedLeader(link)]));
  const above = ({ supervisorId }: Growing): Growing | undefined =>
    supervisorId === null ? undefined : leaders.get(supervisorId);
  for (const leader of leaders.values()) {
    const supervisor = above(leader);
    if (supervisor) supervisor.uncounted += 1;
  }

  const isCounted = new Set<Growing>();
  const countUp = (start: Growing): void => {
    for (let leader: Growing | undefined = start; leader?.uncounted === 0; leader = above(leader)) {
      isCounted.add(leader);
      const supervisor = above(leader);
      if (!supervisor) return;
      supervisor.reportCount += leader.reportCount;
      supervisor.below.push(leader);
      supervisor.uncounted -= 1;
    }
  };
  for (const leader of [...leaders.values()].filter(({ uncounted }) => uncounted === 0)) countUp(leader);

  // Each of them waits for one report: the one in its circle.
  const circles = [...leaders.values()].filter((leader) => !isCounted.has(leader)).sort(byId);
  const inCircles = new Set(circles.flatMap(({ id, supervisorId }) => (id === supervisorId ? [] : [id])));
  const cut = circles.filter((leader) => {
    const supervisor = above(leader);
    if (isCounted.has(leader) || !supervisor) return false;
    leader.supervisorId = null;
    supervisor.uncounted -= 1;
    if (!leader.hasLeft) {
      supervisor.directReportCount -= 1;
      supervisor.reportCount -= 1;
    }
    countUp(supervisor);
    return true;
  });
  return { leaders, cut, inCircles };
}

/** With the direct reports only. */
const uncountedLeader = ({ id, supervisorId, hasLeft, directReportCount }: LeaderLink): Growing => ({
  id,
  supervisorId,
  hasLeft,
  directReportCount,
  reportCount: directReportCount,
  below: [],
  uncounted: 0,
});

const byId = (one: Growing, other: Growing): number => (one.id < other.id ? -1 : 1);
