import type { Company } from "./company.ts";
import { TOPIC } from "./dice.ts";
import type { Seat } from "./org-chart.ts";

/** The one unusual thing about somebody; most people have none. */
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

/** Of every hundred people (97, so that it never falls in step with the rounds of departments), how many are what. */
const DEALT: readonly (readonly [SpecialCase, number])[] = [
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
const ROUND_OF_CASES = DEALT.flatMap(([specialCase, count]) =>
  new Array<SpecialCase>(count).fill(specialCase),
);

/** Ids ascend with the day somebody was entered, so nobody entered long ago is still to start. */
const PRE_HIRES_AMONG_LAST = 0.4;
/** One leaver in four may have had reports, who then report to somebody who is gone. */
const LEAVERS_WITH_REPORTS = 4;
/** The last three people were entered wrongly: two are each other's supervisor, and one reports to them. */
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

/** The index of the supervisor; null at the top and for the few whose supervisor HR forgot. */
export function supervisorIndex(company: Company, seat: Seat, specialCase: SpecialCase): number | null {
  const { people } = company;
  // Hired by an edit, the company is larger than planned and the last three are no longer special.
  if (seat.index < people && seat.index >= people - CYCLE_PEOPLE) {
    return seat.index === people - 1 ? people - 2 : people - 1;
  }
  return specialCase === "without supervisor" ? null : company.chart.supervisorOf(seat);
}

/** The two who supervise each other. */
export const supervisorCycle = ({ people }: Company): readonly [number, number] => [people - 2, people - 1];

/** Deals each run of 97 people in an order of its own: exactly so many of each, and no pattern to see. */
function shuffledPlace(dice: Company["dice"], index: number): number {
  const run = Math.floor(index / ROUND);
  const stride = 1 + dice(run, TOPIC.specialCase, ROUND - 1);
  return ((index % ROUND) * stride + dice(run, TOPIC.slots, ROUND)) % ROUND;
}
