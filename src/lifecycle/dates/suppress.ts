import type { DatedKind } from "../event-kind.ts";
import type { DateRules, OffsetRule } from "./date-rules.ts";
import type { PersonDates } from "./person-dates.ts";
import { localDay } from "./zone-days.ts";

/** Why a date is not told. */
export type Suppression =
  | "NOT_READABLE"
  | "SWITCHED_OFF"
  | "NEVER_STARTED"
  | "LEFT_BEFORE"
  | "TERMINATED_BEFORE"
  | "GOES_ON"
  | "BEFORE_BASELINE"
  | "BEFORE_SWITCHED_ON"
  | "BEFORE_REGISTERED";

/** A date that would be told on a day. */
export type Candidate = {
  readonly kind: DatedKind;
  readonly occursOn: string;
  readonly offset: OffsetRule;
  readonly firesOn: string;
};

/** Why a date is not told; null when it is. Where there are several reasons, the one that lasts longest. */
export function findSuppression(
  person: PersonDates,
  { kind, occursOn, offset, firesOn }: Candidate,
  { kinds, baselinedAt }: DateRules,
): Suppression | null {
  const { readable, enabled, since } = kinds[kind];
  const isBefore = (instant: Date | null): boolean =>
    instant !== null && firesOn < localDay(instant, person.timeZone);
  if (!readable) return "NOT_READABLE";
  if (!enabled) return "SWITCHED_OFF";
  const byDeparture = suppressedByDeparture(person, kind, occursOn);
  if (byDeparture) return byDeparture;
  if (isBefore(baselinedAt)) return "BEFORE_BASELINE";
  if (isBefore(since)) return "BEFORE_SWITCHED_ON";
  return isBefore(offset.since) ? "BEFORE_REGISTERED" : null;
}

/**
 * Whether a date does not count because the person has left by then, or because an employment goes on in another legal entity: then nobody
 * is hired or leaves. The last day of an employment is still one of it.
 */
export function suppressedByDeparture(
  person: PersonDates,
  kind: DatedKind,
  occursOn: string,
): Suppression | null {
  if (kind === "TERMINATION_DATE" && person.movesOn) return "GOES_ON";
  if (kind === "HIRE_DATE" && person.continuesOn === occursOn) return "GOES_ON";
  const leftOn = lastDayOf(person);
  if (leftOn === null) return null;
  switch (kind) {
    case "HIRE_DATE":
      return person.status === "INACTIVE" && leftOn < occursOn ? "NEVER_STARTED" : null;
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

/** The last day of employment as far as it is known: a leaver without one has left before any day that is asked about. */
function lastDayOf({ status, hireDate, terminationDate, movesOn }: PersonDates): string | null {
  if (status === "INACTIVE") return terminationDate ?? LONG_AGO;
  // Who works here and ended before beginning has been hired again on the old record: that end is history.
  if (movesOn) return null;
  const isHistory = hireDate !== null && terminationDate !== null && terminationDate < hireDate;
  return isHistory ? null : terminationDate;
}

const LONG_AGO = "0000-00-00";
