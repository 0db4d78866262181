import type { LeapDayRule } from "../../tenant/people-settings.ts";
import type { DatedKind } from "../event-kind.ts";
import { DATE_FIELD, isYearly, type PersonDates } from "./person-dates.ts";
import { isLeapYear, yearOf } from "./zone-days.ts";

/** A day on which a date occurs. `years` since the hire date, for anniversaries only. */
export type Occurrence = { readonly occursOn: string; readonly years: number | null };

/**
 * The days on which a person's date of a kind occurs within these years. A yearly date occurs once per year,
 * another date at most once. `findSuppression` decides whether they fire.
 */
export function occurrencesOf(
  person: PersonDates,
  kind: DatedKind,
  {
    fromYear,
    toYear,
    leapDayRule,
  }: { readonly fromYear: number; readonly toYear: number; readonly leapDayRule: LeapDayRule },
): Occurrence[] {
  const date = person[DATE_FIELD[kind]];
  if (date === null) return [];
  if (!isYearly(kind)) {
    const year = yearOf(date);
    return year >= fromYear && year <= toYear ? [{ occursOn: date, years: null }] : [];
  }
  const isAnniversary = kind === "WORK_ANNIVERSARY";
  const first = Math.max(fromYear, isAnniversary ? yearOf(date) + 1 : 1);
  const last = Math.min(toYear, YEAR_MAX);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const year = first + index;
    return {
      occursOn: dayInYear(date, year, leapDayRule),
      years: isAnniversary ? year - yearOf(date) : null,
    };
  });
}

/** The last year whose days have the form `YYYY-MM-DD`. */
const YEAR_MAX = 9999;

/** The day of a yearly date in a year: exactly one in every year. */
export function dayInYear(date: string, year: number, leapDayRule: LeapDayRule): string {
  const monthDay = date.slice(MONTH_AT);
  const exists = monthDay !== LEAP_DAY || isLeapYear(year);
  return `${String(year).padStart(4, "0")}-${exists ? monthDay : LEAP_DAY_SUBSTITUTE[leapDayRule]}`;
}

const MONTH_AT = "YYYY-".length;
const LEAP_DAY = "02-29";
const LEAP_DAY_SUBSTITUTE = { FEBRUARY_28: "02-28", MARCH_1: "03-01" } as const satisfies Record<
  LeapDayRule,
  string
>;

/** If this day substitutes 29 February: the substitute by the company's other rule; else null. */
export function otherSubstitute(day: string, monthDay: string, leapDayRule: LeapDayRule): string | null {
  const isSubstitute = monthDay === LEAP_DAY && day.slice(MONTH_AT) !== LEAP_DAY;
  if (!isSubstitute) return null;
  return dayInYear(`0004-${LEAP_DAY}`, yearOf(day), leapDayRule === "MARCH_1" ? "FEBRUARY_28" : "MARCH_1");
}

/**
 * The month and day (`MM-DD`) of every yearly date that occurs on a day: usually one, and two on the
 * substitute of 29 February.
 */
export function monthDaysOn(day: string, leapDayRule: LeapDayRule): string[] {
  const monthDay = day.slice(MONTH_AT);
  const isSubstitute = monthDay === LEAP_DAY_SUBSTITUTE[leapDayRule] && !isLeapYear(yearOf(day));
  return isSubstitute ? [monthDay, LEAP_DAY] : [monthDay];
}
