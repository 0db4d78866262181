/*
 * Calendar days as the graph writes them, `2026-11-29`, and months, `2026-11`. Days have no time zone, so
 * arithmetic is in UTC, where every day has 24 hours.
 */

const DAY_MS = 86_400_000;

const instantOf = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const dayOf = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

export const addDays = (day: string, days: number): string => dayOf(instantOf(day) + days * DAY_MS);

export const daysBetween = (from: string, to: string): number => (instantOf(to) - instantOf(from)) / DAY_MS;

/** The calendar day on the reader's clock. */
export const today = (now = new Date()): string =>
  dayOf(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()));

export const monthOf = (day: string): string => day.slice(0, 7);

export const addMonths = (month: string, months: number): string => {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return monthOf(dayOf(Date.UTC(year, number - 1 + months, 1)));
};

export const firstDayOf = (month: string): string => `${month}-01`;

export const lastDayOf = (month: string): string => addDays(firstDayOf(addMonths(month, 1)), -1);

/** The weeks of a month's page, each from Monday to Sunday, including days of the months before and after. */
export function weeksOf(month: string): string[][] {
  const first = firstDayOf(month);
  const daysSinceMonday = (new Date(instantOf(first)).getUTCDay() + 6) % 7;
  const monday = addDays(first, -daysSinceMonday);
  const weeks = Math.ceil((daysBetween(monday, lastDayOf(month)) + 1) / 7);
  return Array.from({ length: weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => addDays(monday, week * 7 + day)),
  );
}
