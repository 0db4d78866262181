import type { PersonStatus } from "../../tenant/person-status.ts";
import { REPORTING_DEPTH_MAX } from "../reporting/reporting.repository.ts";
import type { ApproverOutcome, ApproverSkipReason } from "./approver-resolution.ts";

/** What decides whether somebody may approve. */
export type Candidate = {
  readonly id: string;
  readonly supervisorId: string | null;
  readonly status: PersonStatus;
  readonly isPreHire: boolean;
  readonly hasLeft: boolean;
};

export type ApproverQuestion<Person extends Candidate> = {
  /** Whom the approval is about. */
  readonly subjectId: string;
  /** Who asks; null when nobody said, or nobody whom we know. */
  readonly requesterId: string | null;
  /** How far up to begin: 1 is the direct supervisor. */
  readonly level: number;
  readonly includeOnLeave: boolean;
  /** The department's, then the company's. */
  readonly fallbackIds: readonly string[];
  /** The subject, everybody above, and the fallbacks, by id. */
  readonly people: ReadonlyMap<string, Person>;
};

export type Step<Person> = {
  readonly candidate: Person;
  readonly level: number;
  readonly skippedBecause: ApproverSkipReason | null;
};

export type Resolution<Person> = {
  readonly approver: Person | null;
  readonly outcome: ApproverOutcome;
  readonly level: number | null;
  readonly trace: readonly Step<Person>[];
};

/** A fallback stands on no level of the line. */
const NO_LEVEL = 0;

/**
 * Finds who approves: the first who may, up the line of supervisors from the level asked for, and then among the fallbacks.
 * Pure: who has left or has yet to start was found out by the caller.
 */
export function resolveApprover<Person extends Candidate>(
  question: ApproverQuestion<Person>,
): Resolution<Person> {
  const trace: Step<Person>[] = [];
  for (const step of [...stepsUp(question), ...fallbackSteps(question)]) {
    trace.push(step);
    if (step.skippedBecause !== null) continue;
    const { candidate: approver, level } = step;
    if (level === NO_LEVEL) return { approver, outcome: "FALLBACK", level: null, trace };
    return { approver, outcome: level === question.level ? "SUPERVISOR" : "ESCALATED", level, trace };
  }
  return { approver: null, outcome: "NO_APPROVER", level: null, trace };
}

/** Up to the top, or to the first who was met before: from there on it would only repeat. */
function stepsUp<Person extends Candidate>(question: ApproverQuestion<Person>): Step<Person>[] {
  const { subjectId, people } = question;
  const steps: Step<Person>[] = [];
  const met = new Set<string>();
  let above = people.get(subjectId)?.supervisorId ?? null;
  for (let level = 1; above !== null && level <= REPORTING_DEPTH_MAX; level += 1) {
    const candidate = people.get(above);
    if (!candidate) break;
    if (met.has(candidate.id)) return [...steps, { candidate, level, skippedBecause: "CYCLE" }];
    met.add(candidate.id);
    // Levels below the one asked for are walked and not asked; where the line ends in a circle is told all the same.
    if (level >= question.level)
      steps.push({ candidate, level, skippedBecause: whySkipped(candidate, question) });
    above = candidate.supervisorId;
  }
  return steps;
}

function fallbackSteps<Person extends Candidate>(question: ApproverQuestion<Person>): Step<Person>[] {
  return question.fallbackIds
    .map((id) => question.people.get(id))
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => ({ candidate, level: NO_LEVEL, skippedBecause: whySkipped(candidate, question) }));
}

function whySkipped(
  candidate: Candidate,
  { subjectId, requesterId, includeOnLeave }: Omit<ApproverQuestion<Candidate>, "people">,
): ApproverSkipReason | null {
  if (candidate.id === subjectId) return "IS_SUBJECT";
  if (candidate.id === requesterId) return "IS_REQUESTER";
  if (candidate.hasLeft) return "LEFT";
  if (candidate.isPreHire) return "PRE_HIRE";
  if (candidate.status === "LEAVE" && !includeOnLeave) return "ON_LEAVE";
  return null;
}
