import type { LeapDayRule } from "../../tenant/people-settings.ts";
import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import type { DateRules } from "./date-rules.ts";
import type { Days } from "./due-dates.ts";
import { monthDaysOn, otherSubstitute } from "./occurrences.ts";
import { isYearly } from "./person-dates.ts";
import { addDays, daysBetween, earlierDay, isCalendarDay } from "./zone-days.ts";

/** Which dates would be told on a day: those that come on `occursOn`, or each year on `monthDay`. */
export type DateTarget = {
  readonly kind: DatedKind;
  /** The place of the kind among those that are told on one day. */
  readonly place: number;
  readonly firesOn: string;
  readonly offsetDays: number;
  readonly occursOn: string;
  /** `MM-DD`, of kinds that come each year. */
  readonly monthDay: string | null;
  /** Where 29 February would come by the other leap-day rule: who was told then is not told again when the rule changes. */
  readonly orOn: string | null;
};

/** Everything that some days ask for, so that the people whom it concerns can be looked up. Pure. */
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

/** Looked up in one statement. */
const TARGETS_MAX = 5_000;

/** Cuts days into spans whose targets fit into a statement, each longer than the last: most look-ups find enough in the first. */
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
    // Behind the last day there may be none to compare with.
    if (to === days.to) return;
    from = addDays(to, 1);
    length = Math.min(length * GROWTH, daysMax);
  }
}

const GROWTH = 8;

const eachDay = ({ from, to }: Days): string[] =>
  from > to ? [] : Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
