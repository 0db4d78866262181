import type { LeapDayRule } from "../../tenant/people-settings.ts";
import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import type { DateRules } from "./date-rules.ts";
import type { Days } from "./due-dates.ts";
import { monthDaysOn, otherSubstitute } from "./occurrences.ts";
import { isYearly } from "./person-dates.ts";
import { addDays, daysBetween, earlierDay, isCalendarDay } from "./zone-days.ts";

/** The dates that may fire on a day: those that occur on `occursOn`, or each year on `monthDay`. */
export type DateTarget = {
  readonly kind: DatedKind;
  /** The position of the kind among those that fire on one day. */
  readonly place: number;
  readonly firesOn: string;
  readonly offsetDays: number;
  readonly occursOn: string;
  /** `MM-DD` of yearly kinds; else null. */
  readonly monthDay: string | null;
  /**
   * The day of 29 February by the other leap-day rule: a date that fired there does not fire again after the
   * rule changes.
   */
  readonly orOn: string | null;
};

/** All targets of these days, for the query that finds the people. Pure. */
export const dateTargets = (days: Days, kinds: readonly DatedKind[], rules: DateRules): DateTarget[] =>
  eachDay(days).flatMap((firesOn) =>
    kinds.flatMap((kind) =>
      rules.kinds[kind].offsets.flatMap((offset) =>
        targetsOf(kind, { firesOn, offsetDays: offset.days }, rules.leapDayRule),
      ),
    ),
  );

function targetsOf(
  kind: DatedKind,
  { firesOn, offsetDays }: Pick<DateTarget, "firesOn" | "offsetDays">,
  leapDayRule: LeapDayRule,
): DateTarget[] {
  const occursOn = addDays(firesOn, -offsetDays);
  if (!isCalendarDay(occursOn)) return [];
  const target = { kind, place: DATED_KINDS.indexOf(kind), firesOn, offsetDays, occursOn };
  if (!isYearly(kind)) return [{ ...target, monthDay: null, orOn: null }];
  return monthDaysOn(occursOn, leapDayRule).map((monthDay) => ({
    ...target,
    monthDay,
    orOn: otherSubstitute(occursOn, monthDay, leapDayRule),
  }));
}

/** How many targets one statement looks up. */
const TARGETS_MAX = 5_000;

/**
 * Cuts days into spans whose targets fit into one statement. Each span is longer than the last: most queries
 * find enough in the first.
 */
export function* spansOf(
  days: Days,
  kinds: readonly DatedKind[],
  { rules, firstDays }: { readonly rules: DateRules; readonly firstDays: number },
): Generator<Days> {
  const targetsPerDay = kinds.reduce((sum, kind) => sum + rules.kinds[kind].offsets.length, 0);
  const daysMax = Math.max(1, Math.floor(TARGETS_MAX / Math.max(1, targetsPerDay)));
  let length = Math.min(firstDays, daysMax);
  for (let { from } = days; from <= days.to; ) {
    const last = addDays(from, length - 1);
    const to = isCalendarDay(last) ? earlierDay(last, days.to) : days.to;
    yield { from, to };
    // The day after the last one may not exist.
    if (to === days.to) return;
    from = addDays(to, 1);
    length = Math.min(length * GROWTH, daysMax);
  }
}

const GROWTH = 8;

const eachDay = ({ from, to }: Days): string[] =>
  from > to ? [] : Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
