import type { Company } from "./company.ts";
import { TOPIC } from "./dice.ts";
import type { Seat } from "./org-chart.ts";

/** The one unusual property of a person; most people have none. */
export type SpecialCase =
  | "ordinary"
  | "leaver"
  | "pre-hire"
  | "on leave"
  | "leave planned"
  | "leaving"
  | "external"
  | "fixed term"
  | "contract overdue"
  | "without email"
  | "without supervisor"
  | "remote";

/**
 * How many of every hundred people have each special case. The round is 97, so that it never aligns with the
 * rounds of departments.
 */
const CASES_PER_ROUND: readonly (readonly [SpecialCase, number])[] = [
  ["leaver", 7],
  ["pre-hire", 6],
  ["on leave", 3],
  ["leave planned", 1],
  ["leaving", 3],
  ["external", 6],
  ["fixed term", 8],
  ["contract overdue", 1],
  ["without email", 2],
  ["without supervisor", 1],
  ["remote", 4],
];
const ROUND = 97;
const ROUND_OF_CASES = CASES_PER_ROUND.flatMap(([specialCase, count]) =>
  new Array<SpecialCase>(count).fill(specialCase),
);

/** Ids ascend with the day of entry, so only people entered recently have not started yet. */
const PRE_HIRES_AMONG_LAST = 0.4;
/** One leaver in four may have had reports, who then report to a leaver. */
const LEAVERS_WITH_REPORTS = 4;
/**
 * The last three people are entered wrongly: two supervise each other, and the third reports to one of them.
 */
const CYCLE_PEOPLE = 3;

export function specialCaseOf({ people, dice, chart }: Company, seat: Seat): SpecialCase {
  const { index, rank } = seat;
  if (rank === 0 || index >= people - CYCLE_PEOPLE) return "ordinary";
  const specialCase = ROUND_OF_CASES[shuffledPlace(dice, index)] ?? "ordinary";
  if (specialCase === "pre-hire" && index < people * (1 - PRE_HIRES_AMONG_LAST)) return "ordinary";
  if (specialCase === "leaver" && dice(index, TOPIC.ending, LEAVERS_WITH_REPORTS) === 0) return "leaver";
  const fitsOnlyWithoutReports = ["leaver", "pre-hire", "without email"].includes(specialCase);
  return fitsOnlyWithoutReports && !chart.isLeaf(seat) ? "ordinary" : specialCase;
}

/** The index of the supervisor; null at the top and for the few people without one by mistake. */
export function supervisorIndex(company: Company, seat: Seat, specialCase: SpecialCase): number | null {
  const { people } = company;
  // After hires by edits the company is larger than planned, and the last three are no longer special.
  if (seat.index < people && seat.index >= people - CYCLE_PEOPLE) {
    return seat.index === people - 1 ? people - 2 : people - 1;
  }
  return specialCase === "without supervisor" ? null : company.chart.supervisorOf(seat);
}

/** The two people who supervise each other. */
export const supervisorCycle = ({ people }: Company): readonly [number, number] => [people - 2, people - 1];

/** Shuffles each round of 97 people separately: exact counts of each case, and no visible pattern. */
function shuffledPlace(dice: Company["dice"], index: number): number {
  const run = Math.floor(index / ROUND);
  const stride = 1 + dice(run, TOPIC.specialCase, ROUND - 1);
  return ((index % ROUND) * stride + dice(run, TOPIC.slots, ROUND)) % ROUND;
}
