import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import { type DateRules, OFFSET_DAYS_MAX } from "./date-rules.ts";
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
 * What fires at once because a date has just become known, although its day is over: the end of an employment, however late, and offsets
 * of dates that are today or still to come. A turn emits what is due today or at most three days late by itself.
 *
 * @param known what is new: the kinds whose date HR entered or moved, and of those the ones that merely became readable. Of the latter
 * nothing fires for a day before the first sync: that is history.
 */
export function overdueDates(
  person: PersonDates,
  known: { readonly kinds: readonly DatedKind[]; readonly readable: ReadonlySet<DatedKind> },
  { today, rules }: { readonly today: string; readonly rules: DateRules },
): DueDate[] {
  const overdue = known.kinds.flatMap((kind) => {
    const isEnd = kind === "TERMINATION_DATE";
    const from = isEnd ? FIRST_DAY : firstDayOfOffsets(today);
    return dueDatesOfKind(person, kind, { window: { from, to: today }, rules })
      .filter(({ occursOn }) => isEnd || occursOn >= today)
      .filter(({ suppressedBecause }) => !isStillSuppressed(suppressedBecause, known.readable.has(kind)));
  });
  return overdue.map((due) => ({ ...due, suppressedBecause: null })).sort(inOrder);
}

const FIRST_DAY = "0001-01-01";

const firstDayOfOffsets = (today: string): string => {
  const day = addDays(today, -OFFSET_DAYS_MAX);
  return isCalendarDay(day) ? day : FIRST_DAY;
};

/** Reasons that keep back only dates that were known then: a date that is entered now was not. */
const isStillSuppressed = (suppression: Suppression | null, isMerelyReadable: boolean): boolean => {
  if (suppression === "BEFORE_BASELINE") return isMerelyReadable;
  return suppression !== null && !ONLY_FOR_KNOWN_DATES.has(suppression);
};

const ONLY_FOR_KNOWN_DATES: ReadonlySet<Suppression> = new Set(["BEFORE_SWITCHED_ON", "BEFORE_REGISTERED"]);

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
