/** Days since 1970-01-01, for calendar arithmetic. */
export type DayNumber = number;

const MILLISECONDS_PER_DAY = 86_400_000;
const LONGEST_PROBATION_MONTHS = 6;

// Cached: a million people share some thirty thousand calendar days of a working life.
const dayTexts = new Map<DayNumber, string>();

export const toDayNumber = (instant: number): DayNumber => Math.floor(instant / MILLISECONDS_PER_DAY);

export const parseDay = (day: string): DayNumber => toDayNumber(Date.parse(`${day}T00:00:00Z`));

export const startOfDay = (day: DayNumber): number => day * MILLISECONDS_PER_DAY;

/** `YYYY-MM-DD`. */
export function dayText(day: DayNumber): string {
  const known = dayTexts.get(day);
  if (known) return known;
  const text = new Date(startOfDay(day)).toISOString().slice(0, 10);
  dayTexts.set(day, text);
  return text;
}

/** The first of the day's month. */
export const firstOfMonth = (day: DayNumber): DayNumber => day - Number(dayText(day).slice(8)) + 1;

/** The last day of a probation of six months. */
export function probationEnd(hireDay: DayNumber): DayNumber {
  const start = new Date(startOfDay(hireDay));
  return toDayNumber(start.setUTCMonth(start.getUTCMonth() + LONGEST_PROBATION_MONTHS)) - 1;
}
