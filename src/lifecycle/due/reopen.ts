import { type DueDate, dueDateOf } from "./due-dates.ts";
import { DATE_FIELD, isYearly, type PersonDates } from "./person-dates.ts";
import { isSuppressedForLeaver } from "./suppress.ts";
import {
  type CorrectionBasis,
  type EmittedDate,
  HALF_A_YEAR_DAYS,
  openThreads,
  type Thread,
} from "./threads.ts";
import { addDays, yearOf } from "./zone-days.ts";

/**
 * Dates that are back on a day that fired already and was taken back since: moved away and back, or withdrawn and entered again. They fire
 * again, at once and however late; where the day is still to come, the turn does it.
 */
export const reopenedDates = (
  emitted: readonly EmittedDate[],
  person: PersonDates,
  basis: CorrectionBasis,
): DueDate[] =>
  openThreads(emitted, person, basis).flatMap((thread) => {
    const { last, expected } = thread;
    if (
      expected === null ||
      isSuppressedForLeaver(person, last.kind) ||
      !isReopened(thread, expected.occursOn)
    )
      return [];
    // A last day that is merely hidden takes nothing back, and brings nothing back.
    if (basis.hidden.includes("terminationDate") && !basis.moved.has(DATE_FIELD[last.kind])) return [];
    const firesOn = addDays(expected.occursOn, last.offsetDays);
    if (firesOn > basis.today) return [];
    const due = dueDateOf({ ...person, kind: last.kind, offsetDays: last.offsetDays, firesOn }, basis.rules);
    // It fired before, so nothing that keeps back old dates applies.
    return due && due.occursOn === expected.occursOn ? [{ ...due, suppressedBecause: null }] : [];
  });

/**
 * Whether the day fired, and a later event says that the date is on another day, or gone. A yearly date that came back over New Year does
 * not fire again: of each year one day fires, and the correction says which it is.
 */
function isReopened({ events, last }: Thread, day: string): boolean {
  const fired = events.findLastIndex(({ change, occursOn }) => change === null && occursOn === day);
  if (fired < 0) return false;
  const isElsewhere = ({ occursOn }: EmittedDate): boolean =>
    occursOn !== day && (!isYearly(last.kind) || yearOf(occursOn) === yearOf(day));
  return events.slice(fired + 1).some((event) => event.change === "CANCELLED" || isElsewhere(event));
}

/**
 * Whether a yearly date lies shortly before New Year, and fired wrongly shortly after it: each year's day fires once, and a correction says
 * what became of that one.
 */
export const firedAfterNewYear = (
  emitted: readonly EmittedDate[],
  { kind, offsetDays, occursOn }: Pick<DueDate, "kind" | "offsetDays" | "occursOn">,
): boolean =>
  isYearly(kind) &&
  emitted.some(
    (event) =>
      event.kind === kind &&
      event.offsetDays === offsetDays &&
      event.change === null &&
      yearOf(event.occursOn) === yearOf(occursOn) + 1 &&
      event.occursOn <= addDays(occursOn, HALF_A_YEAR_DAYS),
  );
