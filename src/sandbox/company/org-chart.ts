import { DEPARTMENTS, type DepartmentPlan, leadsDivision } from "./departments.ts";
import { type Dice, TOPIC } from "./dice.ts";

/**
 * The department and supervisor of each person, computed only from the index.
 *
 *     1  index 0                        chief executive
 *     2  heads of the five divisions    first person of the division's first department
 *     3  other department heads         first person of their department
 *     …  all others                     a tree inside the department, narrow enough to use all levels
 *     9  the deepest level
 *
 * The people after the chief executive are assigned to departments in rounds of a hundred, by the shares. So
 * both a department's n-th person and a person's department are found by arithmetic, for any company size.
 */
export type OrgChart = {
  seatAt(index: number): Seat;
  /** The index of the direct supervisor; null for the chief executive. */
  supervisorOf(seat: Seat): number | null;
  /** True only for people without reports; false for some of them too. */
  isLeaf(seat: Seat): boolean;
};

export type Seat = {
  readonly index: number;
  /** Position in `DEPARTMENTS`; null for the chief executive. */
  readonly department: number | null;
  /** 0 is the head of the department. */
  readonly rank: number;
};

const ROUND = 100;
const LEVELS_MAX = 9;
const SPAN_MIN = 4;
/** Shuffles reports: some people report to a supervisor fewer than this many places higher in the list. */
const SHUFFLE = 3;

type Branch = {
  readonly plan: DepartmentPlan;
  /** The department's places in a round, ascending. */
  readonly slots: readonly number[];
  readonly size: number;
  readonly span: number;
};

export function createOrgChart(dice: Dice, people: number): OrgChart {
  const round = dealRound(dice);
  const branches = DEPARTMENTS.map((plan, department) =>
    openBranch(plan, slotsOf(round, department), people),
  );

  const indexOf = ({ slots }: Branch, rank: number): number =>
    1 + Math.floor(rank / slots.length) * ROUND + slots[rank % slots.length]!;

  return {
    seatAt(index) {
      if (index === 0) return { index, department: null, rank: 0 };
      const slot = (index - 1) % ROUND;
      const department = round[slot]!;
      const { slots } = branches[department]!;
      return {
        index,
        department,
        rank: Math.floor((index - 1) / ROUND) * slots.length + slots.indexOf(slot),
      };
    },
    supervisorOf({ index, department, rank }) {
      if (department === null) return null;
      const branch = branches[department]!;
      if (rank === 0) return supervisorOfHead(branches, department, indexOf);
      const parent = Math.floor((rank - 1) / branch.span);
      return indexOf(branch, Math.max(0, parent - dice(index, TOPIC.supervisor, SHUFFLE)));
    },
    // Shuffling only moves people up, so the first possible report is the one of the unshuffled tree.
    isLeaf({ department, rank }) {
      if (department === null || rank === 0) return false;
      const { span, size } = branches[department]!;
      return rank * span + 1 >= size;
    },
  };
}

/** The department of each of the hundred places of a round, in an order from the seed. */
function dealRound(dice: Dice): readonly number[] {
  const round = DEPARTMENTS.flatMap(({ share }, department) => new Array<number>(share).fill(department));
  for (let last = round.length - 1; last > 0; last -= 1) {
    const other = dice(last, TOPIC.slots, last + 1);
    [round[last], round[other]] = [round[other]!, round[last]!];
  }
  return round;
}

const slotsOf = (round: readonly number[], department: number): readonly number[] =>
  round.flatMap((owner, slot) => (owner === department ? [slot] : []));

function openBranch(plan: DepartmentPlan, slots: readonly number[], people: number): Branch {
  const wholeRounds = Math.floor((people - 1) / ROUND);
  const inLastRound = slots.filter((slot) => slot < (people - 1) % ROUND).length;
  const size = wholeRounds * slots.length + inLastRound;
  const levels = LEVELS_MAX - (leadsDivision(plan) ? 1 : 2);
  return { plan, slots, size, span: spanFor(size, levels) };
}

/**
 * The smallest number of reports per supervisor with which `size` people fit under one head in `levels`
 * levels.
 */
function spanFor(size: number, levels: number): number {
  const capacity = (span: number) => (span ** levels - 1) / (span - 1);
  let span = SPAN_MIN;
  while (capacity(span) < size) span += 1;
  return span;
}

function supervisorOfHead(
  branches: readonly Branch[],
  department: number,
  indexOf: (branch: Branch, rank: number) => number,
): number {
  const { plan } = branches[department]!;
  const leader = branches.find((branch) => branch.plan.division === plan.division)!;
  // A small company may have no head of the division yet.
  return leader.plan === plan || leader.size === 0 ? 0 : indexOf(leader, 0);
}
