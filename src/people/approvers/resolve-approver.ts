import type { PersonStatus } from "../../tenant/person-status.ts";
import { REPORTING_DEPTH_MAX } from "../reporting/reporting.repository.ts";
import type { ApproverOutcome, ApproverSkipReason } from "./approver-resolution.ts";

/** What decides whether a person may approve. */
export type Candidate = {
  readonly id: string;
  readonly supervisorId: string | null;
  readonly status: PersonStatus;
  readonly isPreHire: boolean;
  readonly hasLeft: boolean;
};

export type ApproverRequest<Person extends Candidate> = {
  /** The person that the approval is about. */
  readonly subjectId: string;
  /** Null if the caller gave no requester, or an unknown one. */
  readonly requesterId: string | null;
  /** The first level to consider: 1 is the direct supervisor. */
  readonly level: number;
  readonly includeOnLeave: boolean;
  /** The department's fallback, then the company's. */
  readonly fallbackIds: readonly string[];
  /** The subject, all supervisors above, and the fallbacks, by id. */
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

/** A fallback has no level in the reporting line. */
const NO_LEVEL = 0;

/**
 * Finds the approver: the first candidate who may approve, up the reporting line from the requested level,
 * then among the fallbacks. Pure: the caller has read who has left or is a pre-hire.
 */
export function resolveApprover<Person extends Candidate>(
  request: ApproverRequest<Person>,
): Resolution<Person> {
  const trace: Step<Person>[] = [];
  for (const step of [...stepsUp(request), ...fallbackSteps(request)]) {
    trace.push(step);
    if (step.skippedBecause !== null) continue;
    const { candidate: approver, level } = step;
    if (level === NO_LEVEL) return { approver, outcome: "FALLBACK", level: null, trace };
    return { approver, outcome: level === request.level ? "SUPERVISOR" : "ESCALATED", level, trace };
  }
  return { approver: null, outcome: "NO_APPROVER", level: null, trace };
}

/** Walks up to the top, or to the first supervisor who repeats: the walk would only repeat from there. */
function stepsUp<Person extends Candidate>(request: ApproverRequest<Person>): Step<Person>[] {
  const { subjectId, people } = request;
  const steps: Step<Person>[] = [];
  const seen = new Set<string>();
  let above = people.get(subjectId)?.supervisorId ?? null;
  for (let level = 1; above !== null && level <= REPORTING_DEPTH_MAX; level += 1) {
    const candidate = people.get(above);
    if (!candidate) break;
    if (seen.has(candidate.id)) return [...steps, { candidate, level, skippedBecause: "CYCLE" }];
    seen.add(candidate.id);
    // The walk skips levels below the requested one, but reports a circle wherever the line ends in one.
    if (level >= request.level)
      steps.push({ candidate, level, skippedBecause: whySkipped(candidate, request) });
    above = candidate.supervisorId;
  }
  return steps;
}

function fallbackSteps<Person extends Candidate>(request: ApproverRequest<Person>): Step<Person>[] {
  return request.fallbackIds
    .map((id) => request.people.get(id))
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => ({ candidate, level: NO_LEVEL, skippedBecause: whySkipped(candidate, request) }));
}

function whySkipped(
  candidate: Candidate,
  { subjectId, requesterId, includeOnLeave }: Omit<ApproverRequest<Candidate>, "people">,
): ApproverSkipReason | null {
  if (candidate.id === subjectId) return "IS_SUBJECT";
  if (candidate.id === requesterId) return "IS_REQUESTER";
  if (candidate.hasLeft) return "LEFT";
  if (candidate.isPreHire) return "PRE_HIRE";
  if (candidate.status === "LEAVE" && !includeOnLeave) return "ON_LEAVE";
  return null;
}
