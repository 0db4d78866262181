/**
 * How far ahead the clocks of two zones must agree to count as one. Two years include every kind of future
 * change.
 */
const DAYS_COMPARED = 2 * 366;
const MS_PER_DAY = 24 * 60 * 60_000;

/** The countries whose public holidays apply to the people of one office. */
export type OfficeCountries = { readonly officePersonioId: string; readonly countries: readonly string[] };

type OfficeZone = { readonly officePersonioId: string; readonly timeZone: string | null };

/**
 * The guess of the day for each country, at most one for each pair of letters. Each run of each company asks
 * again, and comparing the clocks of one country takes milliseconds.
 */
const guesses = new Map<string, { readonly day: number; readonly zone: string | null }>();

/** Intl would read other text as a script, a variant or nothing at all. */
const isCountryCode = (text: string): boolean => /^[A-Z]{2}$/.test(text);

/**
 * The zone of each office: that of the country whose holidays all of its people have. Null if they have
 * several.
 */
export function guessOfficeZones(offices: readonly OfficeCountries[], now: Date): OfficeZone[] {
  const day = Math.floor(now.getTime() / MS_PER_DAY);
  const zoneOf = (country: string): string | null => {
    const known = guesses.get(country);
    if (known?.day === day) return known.zone;
    const zone = guessTimeZone(country, now);
    if (isCountryCode(country)) guesses.set(country, { day, zone });
    return zone;
  };
  return offices.map(({ officePersonioId, countries: [country, ...others] }) => ({
    officePersonioId,
    timeZone: country && others.length === 0 ? zoneOf(country) : null,
  }));
}

/**
 * The time zone of a country that has one, by its two-letter code; null for one with several. Some zones of a
 * country differ only in the past, as Europe/Berlin and Europe/Busingen in Germany. If their clocks agree
 * from now on, any of them is right. Pure.
 */
export function guessTimeZone(country: string, now: Date): string | null {
  const [zone, ...others] = zonesOf(country);
  if (!zone) return null;
  const days = Array.from({ length: DAYS_COMPARED }, (_, day) => now.getTime() + day * MS_PER_DAY);
  const clock = clockOf(zone);
  const agrees = (other: string): boolean => {
    const otherClock = clockOf(other);
    return days.every((day) => clock(day) === otherClock(day));
  };
  return others.every(agrees) ? zone : null;
}

function zonesOf(country: string): readonly string[] {
  if (!isCountryCode(country)) return [];
  // The types of this library version lack the method.
  const locale: Intl.Locale & { getTimeZones?(): string[] | undefined } = new Intl.Locale(`und-${country}`);
  return locale.getTimeZones?.() ?? [];
}

/** Formats an instant as local date and time of a zone. */
function clockOf(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (at) => format.format(at);
}
