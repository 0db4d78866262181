import type { DatedKind } from "../event-kind.ts";
import type { DateRules, OffsetRule } from "./date-rules.ts";
import type { PersonDates } from "./person-dates.ts";
import { localDay } from "./zone-days.ts";

/** Why a date does not fire. */
export type Suppression =
  | "SWITCHED_OFF"
  | "NEVER_STARTED"
  | "LEFT_BEFORE"
  | "TERMINATED_BEFORE"
  | "LEFT"
  | "GOES_ON"
  | "BEFORE_BASELINE"
  | "BEFORE_SWITCHED_ON"
  | "BEFORE_REGISTERED";

/** A date that would fire on a day. */
export type Candidate = {
  readonly kind: DatedKind;
  readonly occursOn: string;
  readonly offset: OffsetRule;
  readonly firesOn: string;
};

/** Why a date does not fire; null if it does. Of several reasons, the one that lasts longest. */
export function findSuppression(
  person: PersonDates,
  { kind, occursOn, offset, firesOn }: Candidate,
  rules: DateRules,
): Suppression | null {
  const { enabled, since } = rules.kinds[kind];
  const isBefore = (instant: Date | null): boolean =>
    instant !== null && firesOn < localDay(instant, person.timeZone);
  if (!enabled) return "SWITCHED_OFF";
  const byDeparture = suppressedByDeparture(person, { kind, occursOn }, rules);
  if (byDeparture) return byDeparture;
  if (isSuppressedForLeaver(person, kind)) return "LEFT";
  if (kind === "TERMINATION_DATE" && isHiredAgain(person, rules) && firesOn >= (person.hireDate ?? ""))
    return "GOES_ON";
  if (isBefore(rules.baselinedAt)) return "BEFORE_BASELINE";
  if (isBefore(since)) return "BEFORE_SWITCHED_ON";
  return isBefore(offset.since) ? "BEFORE_REGISTERED" : null;
}

/** After PERSON_LEFT only the last day still fires, even if HR deleted the record before that day. */
export const isSuppressedForLeaver = ({ status }: PersonDates, kind: DatedKind): boolean =>
  status === "INACTIVE" && kind !== "TERMINATION_DATE";

/**
 * The reason if the employment is over by that date, or continues in another legal entity. The last day is
 * part of the employment. Corrections depend only on this: events from the time of the employment stay true
 * afterwards.
 */
export function suppressedByDeparture(
  person: PersonDates,
  { kind, occursOn }: Pick<Candidate, "kind" | "occursOn">,
  rules: Pick<DateRules, "baselinedAt">,
): Suppression | null {
  if (kind === "TERMINATION_DATE" && person.movesOn) return "GOES_ON";
  if (kind === "HIRE_DATE" && person.continuesOn === occursOn) return "GOES_ON";
  const leftOn = lastDayOf(person, rules);
  if (leftOn === null) return null;
  switch (kind) {
    case "HIRE_DATE":
      return leftOn < occursOn ? "NEVER_STARTED" : null;
    case "PROBATION_END":
      return leftOn <= occursOn ? "LEFT_BEFORE" : null;
    case "CONTRACT_END_DATE":
      return leftOn <= occursOn ? "TERMINATED_BEFORE" : null;
    case "WORK_ANNIVERSARY":
    case "BIRTHDAY":
      return leftOn < occursOn ? "LEFT_BEFORE" : null;
    case "TERMINATION_DATE":
      return null;
  }
}

/** The last day of the employment as far as it is known. A leaver without a last day left before any day. */
function lastDayOf(person: PersonDates, rules: Pick<DateRules, "baselinedAt">): string | null {
  if (person.status === "INACTIVE") return person.terminationDate ?? LONG_AGO;
  if (person.movesOn) return null;
  return isOfEarlierEmployment(person, rules) ? null : person.terminationDate;
}

/** Whether the last day is over for HR: it ended an earlier employment on the same record. */
export const isHiredAgain = (person: PersonDates, rules: Pick<DateRules, "baselinedAt">): boolean =>
  person.status !== "INACTIVE" && isOfEarlierEmployment(person, rules);

const LONG_AGO = "0000-00-00";

/**
 * Whether the last day ended an earlier employment: HR hired again on the old record. The original hire date
 * proves an earlier employment. One that was over before the first sync is known only by its last day. Any
 * other last day before the hire date withdraws an offer.
 */
function isOfEarlierEmployment(
  { hireDate, originalHireDate, terminationDate, timeZone }: PersonDates,
  { baselinedAt }: Pick<DateRules, "baselinedAt">,
): boolean {
  if (hireDate === null || terminationDate === null || terminationDate >= hireDate) return false;
  const isKnown = originalHireDate !== null && originalHireDate <= terminationDate;
  return isKnown || terminationDate < localDay(baselinedAt, timeZone);
}
