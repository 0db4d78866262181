import { Temporal } from "temporal-polyfill";

/** The calendar day, `YYYY-MM-DD`, that it is somewhere at an instant. `timeZone` is an IANA name. */
export const localDay = (instant: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/** When a day begins there. A midnight that does not exist, because the clocks go forward, is the first instant after it. */
export const startOfDay = (day: string, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);

/**
 * The day so many days after another, or before it. Outside of the years 1 to 9999 it has another form than
 * `YYYY-MM-DD`: see `isCalendarDay`.
 */
export const addDays = (day: string, days: number): string =>
  days === 0 ? day : Temporal.PlainDate.from(day).add({ days }).toString();

/** How many days lie between: 1 from a day to the next one. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: "days" }).days;

/** Whether a day has a year from 1 to 9999. Only such days can be compared as text, and stored. */
export const isCalendarDay = (day: string): boolean => day.length === 10 && day >= "0001-01-01";

export const yearOf = (day: string): number => Number(day.slice(0, 4));

export const isLeapYear = (year: number): boolean =>
  Temporal.PlainDate.from({ year, month: 1, day: 1 }).inLeapYear;

export const earlierDay = (one: string, other: string): string => (one < other ? one : other);

export const laterDay = (one: string, other: string): string => (one > other ? one : other);
