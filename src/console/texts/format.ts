import { useMemo } from "react";
import { type Language, useLanguage } from "./texts.tsx";

/** Numbers, days and instants as the reader's language writes them. */
export type Format = {
  readonly number: (value: number) => string;
  /** A calendar day, `2026-11-29`, without a time zone. */
  readonly day: (value: string) => string;
  /** A day of every year: day and month. */
  readonly monthDay: (value: string) => string;
  readonly dayWithWeekday: (value: string) => string;
  /** An instant, in the zone of the browser. */
  readonly instant: (value: string) => string;
  /** Only the time if the instant is today, else the day too. */
  readonly recently: (value: string) => string;
  readonly list: (values: readonly string[]) => string;
  /** The time of an instant, in the zone of the browser. */
  readonly time: (value: string) => string;
  /** A month, `2026-11`. */
  readonly month: (value: string) => string;
  /** The short name of a day's weekday. */
  readonly weekday: (value: string) => string;
};

/** The region decides the order of day and month: `en` by itself is that of the United States. */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };

/** Noon in UTC is the same calendar day for a formatter in UTC. */
const noonOf = (day: string): Date => new Date(`${day}T12:00:00Z`);

function formatIn(language: Language): Format {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: "UTC" });
  const monthDay = new Intl.DateTimeFormat(locale, { day: "numeric", month: "long", timeZone: "UTC" });
  const weekday = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  const instant = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const time = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const month = new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" });
  const shortWeekday = new Intl.DateTimeFormat(locale, { weekday: "short", timeZone: "UTC" });
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  return {
    number: (value) => number.format(value),
    day: (value) => day.format(noonOf(value)),
    monthDay: (value) => monthDay.format(noonOf(value)),
    dayWithWeekday: (value) => weekday.format(noonOf(value)),
    instant: (value) => instant.format(new Date(value)),
    recently(value) {
      const date = new Date(value);
      const isToday = date.toDateString() === new Date().toDateString();
      return (isToday ? time : instant).format(date);
    },
    list: (values) => list.format(values),
    time: (value) => time.format(new Date(value)),
    month: (value) => month.format(noonOf(`${value}-01`)),
    weekday: (value) => shortWeekday.format(noonOf(value)),
  };
}

export function useFormat(): Format {
  const { language } = useLanguage();
  return useMemo(() => formatIn(language), [language]);
}
