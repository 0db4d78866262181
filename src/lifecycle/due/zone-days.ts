import { Temporal } from "temporal-polyfill";

/** The calendar day, `YYYY-MM-DD`, in a zone at an instant. `timeZone` is an IANA name. */
export const localDay = (instant: Date, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();

/** The instant at which a day begins in a zone. If clocks skip midnight, the first instant after it. */
export const startOfDay = (day: string, timeZone: string): Date =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds);

/**
 * The day `days` after another, or before it. Outside the years 1 to 9999 the text has another form than
 * `YYYY-MM-DD`: see `isCalendarDay`.
 */
export const addDays = (day: string, days: number): string =>
  days === 0 ? day : Temporal.PlainDate.from(day).add({ days }).toString();

/** The days between two days: 1 from a day to the next. */
export const daysBetween = (from: string, to: string): number =>
  Temporal.PlainDate.from(from).until(to, { largestUnit: "days" }).days;

/** Whether the year is 1 to 9999. Only such days can be compared as text, and stored. */
export const isCalendarDay = (day: string): boolean => day.length === 10 && day >= "0001-01-01";

export const yearOf = (day: string): number => Number(day.slice(0, 4));

export const isLeapYear = (year: number): boolean =>
  Temporal.PlainDate.from({ year, month: 1, day: 1 }).inLeapYear;

export const earlierDay = (one: string, other: string): string => (one < other ? one : other);

export const laterDay = (one: string, other: string): string => (one > other ? one : other);
