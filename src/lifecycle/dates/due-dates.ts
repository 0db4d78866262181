import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import type { DateRules } from "./date-rules.ts";
import { occurrencesOf } from "./occurrences.ts";
import type { PersonDates } from "./person-dates.ts";
import { findSuppression, type Suppression } from "./suppress.ts";
import { addDays, isCalendarDay, yearOf } from "./zone-days.ts";

/** A person's date, and the day on which it is told. */
export type DueDate = {
  readonly kind: DatedKind;
  readonly occursOn: string;
  readonly offsetDays: number;
  /** `occursOn` and `offsetDays` together: told at the start of this day where the person works. */
  readonly firesOn: string;
  readonly years: number | null;
  /** Why it is not told; null when it is. */
  readonly suppressedBecause: Suppression | null;
};

/** Days, both included. */
export type Days = { readonly from: string; readonly to: string };

/**
 * Every date of a person that would be told in a window, in the order in which they would: also those that are not told, and
 * why. Both what is told and what is forecast come from here, so a forecast is kept.
 */
export function dueDates(person: PersonDates, window: Days, rules: DateRules): DueDate[] {
  return DATED_KINDS.flatMap((kind) => dueDatesOfKind(person, kind, { window, rules })).sort(inOrder);
}

/** One of them, of which kind, offset and day are known; null when this person has no such date. */
export const dueDateOf = (
  person: PersonDates & Pick<DueDate, "kind" | "offsetDays" | "firesOn">,
  rules: DateRules,
): DueDate | null => {
  const window = { from: person.firesOn, to: person.firesOn };
  const found = dueDatesOfKind(person, person.kind, { window, rules });
  return found.find(({ offsetDays }) => offsetDays === person.offsetDays) ?? null;
};

/**
 * The days up to today on which the end of an employment would have been told, for one that has just become known: it is told
 * however late, also where it lies before the first sync, or before the kind was switched on or the offset registered.
 */
export const overdueTerminations = (person: PersonDates, today: string, rules: DateRules): DueDate[] =>
  dueDatesOfKind(person, "TERMINATION_DATE", { window: { from: FIRST_DAY, to: today }, rules })
    .filter(({ suppressedBecause }) => suppressedBecause === null || OF_OLD_NEWS.has(suppressedBecause))
    .map((due) => ({ ...due, suppressedBecause: null }))
    .sort(inOrder);

const FIRST_DAY = "0001-01-01";

/** What keeps back only dates that were known then. */
const OF_OLD_NEWS: ReadonlySet<Suppression> = new Set([
  "BEFORE_BASELINE",
  "BEFORE_SWITCHED_ON",
  "BEFORE_REGISTERED",
]);

function dueDatesOfKind(
  person: PersonDates,
  kind: DatedKind,
  { window, rules }: { readonly window: Days; readonly rules: DateRules },
): DueDate[] {
  // An offset is less than a year, so the years beside the window are all that may reach into it.
  const occurrences = occurrencesOf(person, kind, {
    fromYear: yearOf(window.from) - 1,
    toYear: yearOf(window.to) + 1,
    leapDayRule: rules.leapDayRule,
  });
  return occurrences.flatMap(({ occursOn, years }) =>
    rules.kinds[kind].offsets.flatMap((offset) => {
      const firesOn = addDays(occursOn, offset.days);
      if (!isCalendarDay(firesOn) || firesOn < window.from || firesOn > window.to) return [];
      const suppressedBecause = findSuppression(person, { kind, occursOn, offset, firesOn }, rules);
      return [{ kind, occursOn, offsetDays: offset.days, firesOn, years, suppressedBecause }];
    }),
  );
}

const inOrder = (one: DueDate, other: DueDate): number =>
  compare(one.firesOn, other.firesOn) ||
  DATED_KINDS.indexOf(one.kind) - DATED_KINDS.indexOf(other.kind) ||
  one.offsetDays - other.offsetDays;

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
