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

/** Why a date does not fire; null when it does. Where there are several reasons, the one that lasts longest. */
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
  if (isBefore(rules.baselinedAt)) return "BEFORE_BASELINE";
  if (isBefore(since)) return "BEFORE_SWITCHED_ON";
  return isBefore(offset.since) ? "BEFORE_REGISTERED" : null;
}

/** After PERSON_LEFT, also where the record was deleted before a known last day, only that last day still fires. */
export const isSuppressedForLeaver = ({ status }: PersonDates, kind: DatedKind): boolean =>
  status === "INACTIVE" && kind !== "TERMINATION_DATE";

/**
 * Whether a date does not count because the employment is over by then, or because it goes on in another legal entity. The last day of
 * an employment is part of it. A correction follows from this alone: what fired while the person worked here stays true afterwards.
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

/** The last day of employment as far as it is known: a leaver without one has left before any day. */
function lastDayOf(person: PersonDates, rules: Pick<DateRules, "baselinedAt">): string | null {
  if (person.status === "INACTIVE") return person.terminationDate ?? LONG_AGO;
  if (person.movesOn) return null;
  return isOfEarlierEmployment(person, rules) ? null : person.terminationDate;
}

const LONG_AGO = "0000-00-00";

/**
 * Whether the last day ended an employment before this one: HR hired again on the old record. The earlier employment is known here by its
 * hire date; of one that was over before the first sync nothing is known but that day. Any other last day before the hire date is that of
 * a withdrawn offer.
 */
function isOfEarlierEmployment(
  { hireDate, originalHireDate, terminationDate, timeZone }: PersonDates,
  { baselinedAt }: Pick<DateRules, "baselinedAt">,
): boolean {
  if (hireDate === null || terminationDate === null || terminationDate >= hireDate) return false;
  const isKnown = originalHireDate !== null && originalHireDate <= terminationDate;
  return isKnown || terminationDate < localDay(baselinedAt, timeZone);
}
