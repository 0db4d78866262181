import type { DateRules } from "./date-rules.ts";
import { type DueDate, dueDates, firstDayOfOffsets } from "./due-dates.ts";
import type { PersonDates } from "./person-dates.ts";
import { isSuppressedForLeaver, suppressedByDeparture } from "./suppress.ts";

/**
 * Finds offsets whose day passed while a departure or a move stopped their date, which applies again today or
 * later. Say HR withdrew an offer and renewed it, or a person was inactive by mistake. They fire at once, as
 * for a date that HR enters now. The log leaves out those that fired before.
 *
 * @param before the person's dates before this sync.
 */
export const resumedDates = (
  before: PersonDates,
  person: PersonDates,
  { today, rules }: { readonly today: string; readonly rules: DateRules },
): DueDate[] =>
  dueDates(person, { from: firstDayOfOffsets(today), to: today }, rules).filter(
    (due) => due.occursOn >= today && due.suppressedBecause === null && wasStopped(before, due, rules),
  );

const wasStopped = (before: PersonDates, due: DueDate, rules: DateRules): boolean =>
  isSuppressedForLeaver(before, due.kind) || suppressedByDeparture(before, due, rules) !== null;
