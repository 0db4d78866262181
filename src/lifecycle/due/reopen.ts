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
 * Finds dates that HR moved away and back, or withdrew and entered again, after they had fired. The later
 * event revoked the first one, so they fire once more. They fire at once, however late; if their day is in
 * the future, the daily run emits them.
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
    // Hiding the last day revokes nothing, and it restores nothing.
    if (basis.hidden.includes("terminationDate") && !basis.moved.has(DATE_FIELD[last.kind])) return [];
    const firesOn = addDays(expected.occursOn, last.offsetDays);
    if (firesOn > basis.today) return [];
    const due = dueDateOf({ ...person, kind: last.kind, offsetDays: last.offsetDays, firesOn }, basis.rules);
    // It fired before, so the reasons that suppress old dates do not apply.
    return due && due.occursOn === expected.occursOn ? [{ ...due, suppressedBecause: null }] : [];
  });

/**
 * Whether the day fired, and a later event moved the date to another day or cancelled it. A yearly date that
 * moved over New Year and back does not fire again: one day fires per year, and the correction names it.
 */
function isReopened({ events, last }: Thread, day: string): boolean {
  const fired = events.findLastIndex(({ change, occursOn }) => change === null && occursOn === day);
  if (fired < 0) return false;
  const isElsewhere = ({ occursOn }: EmittedDate): boolean =>
    occursOn !== day && (!isYearly(last.kind) || yearOf(occursOn) === yearOf(day));
  return events.slice(fired + 1).some((event) => event.change === "CANCELLED" || isElsewhere(event));
}

/**
 * Whether a yearly date is shortly before New Year and fired wrongly shortly after it. One day fires per
 * year, and the correction names it.
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
