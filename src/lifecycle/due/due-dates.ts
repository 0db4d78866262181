import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import { type DateRules, OFFSET_DAYS_MAX } from "./date-rules.ts";
import { occurrencesOf } from "./occurrences.ts";
import type { PersonDates } from "./person-dates.ts";
import { findSuppression, isHiredAgain, type Suppression } from "./suppress.ts";
import { addDays, isCalendarDay, yearOf } from "./zone-days.ts";

/** A person's date, and the day on which it fires. */
export type DueDate = {
  readonly kind: DatedKind;
  readonly occursOn: string;
  readonly offsetDays: number;
  /** `occursOn` plus `offsetDays`: it fires at the start of this day where the person works. */
  readonly firesOn: string;
  readonly years: number | null;
  /** Why it does not fire; null if it does. */
  readonly suppressedBecause: Suppression | null;
};

/** Days, both included. */
export type Days = { readonly from: string; readonly to: string };

/**
 * Every date of a person that may fire in a window, in the order of firing. Suppressed dates are included,
 * with the reason. `dueDateOf` follows the same rules.
 */
export function dueDates(person: PersonDates, window: Days, rules: DateRules): DueDate[] {
  return DATED_KINDS.flatMap((kind) => dueDatesOfKind(person, kind, { window, rules })).sort(inOrder);
}

/**
 * The date with this kind, offset and day; null if the person has no such date. The daily run and the
 * forecast both use it, so a forecast comes true.
 */
export const dueDateOf = (
  person: PersonDates & Pick<DueDate, "kind" | "offsetDays" | "firesOn">,
  rules: DateRules,
): DueDate | null => {
  const window = { from: person.firesOn, to: person.firesOn };
  const found = dueDatesOfKind(person, person.kind, { window, rules });
  return found.find(({ offsetDays }) => offsetDays === person.offsetDays) ?? null;
};

/**
 * The dates that fire at once, because a sync learned of them on or after the day on which they fire. An end
 * of employment fires however late it is, unless the person is back. Any other date fires only if it is today
 * or in the future, for an offset before it.
 *
 * @param known `kinds` are those whose date is new or has moved. `readable` are those of them whose date
 * merely became readable: days before the first sync are history, and do not fire.
 */
export function overdueDates(
  person: PersonDates,
  known: { readonly kinds: readonly DatedKind[]; readonly readable: ReadonlySet<DatedKind> },
  { today, rules }: { readonly today: string; readonly rules: DateRules },
): DueDate[] {
  const overdue = known.kinds.flatMap((kind) => {
    const isEnd = kind === "TERMINATION_DATE";
    // The sync learned of the end and of the next employment at once: the person is back.
    if (isEnd && known.kinds.includes("HIRE_DATE") && isHiredAgain(person, rules)) return [];
    const from = isEnd ? FIRST_DAY : firstDayOfOffsets(today);
    return dueDatesOfKind(person, kind, { window: { from, to: today }, rules })
      .filter(({ occursOn }) => isEnd || occursOn >= today)
      .filter(({ suppressedBecause }) => !isStillSuppressed(suppressedBecause, known.readable.has(kind)));
  });
  return overdue.map((due) => ({ ...due, suppressedBecause: null })).sort(inOrder);
}

const FIRST_DAY = "0001-01-01";

/** The first day that an offset of a date from today on may fire. */
export const firstDayOfOffsets = (today: string): string => {
  const day = addDays(today, -OFFSET_DAYS_MAX);
  return isCalendarDay(day) ? day : FIRST_DAY;
};

/** Some reasons suppress only dates that were known at that time. A date that HR enters now was not. */
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
  // An offset is less than a year: only the years beside the window can reach into it.
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
