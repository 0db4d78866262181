/** How far ahead the clocks of two zones must agree for them to count as one: every change of the coming years is in it. */
const DAYS_COMPARED = 2 * 366;
const MS_PER_DAY = 24 * 60 * 60_000;

/** The countries whose public holidays are kept by the people of one office. */
export type OfficeCountries = { readonly officePersonioId: string; readonly countries: readonly string[] };

type OfficeZone = { readonly officePersonioId: string; readonly timeZone: string | null };

/** The zone of each office: that of the one country whose holidays all of its people have, else null. */
export function guessOfficeZones(offices: readonly OfficeCountries[], now: Date): OfficeZone[] {
  // A hundred offices are in few countries, and comparing the clocks of one takes some milliseconds.
  const known = new Map<string, string | null>();
  const zoneOf = (country: string): string | null => {
    const zone = known.get(country) ?? guessTimeZone(country, now);
    known.set(country, zone);
    return zone;
  };
  return offices.map(({ officePersonioId, countries: [country, ...others] }) => ({
    officePersonioId,
    timeZone: country && others.length === 0 ? zoneOf(country) : null,
  }));
}

/**
 * The time zone of a country that has one, by its two-letter code; null for one with several. A country may have zones that only
 * history tells apart, as Germany has Europe/Berlin and Europe/Busingen: where clocks agree from now on, any of them will do. Pure.
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
  // Anything else would be read as a script, a variant or nothing at all.
  if (!/^[A-Z]{2}$/.test(country)) return [];
  // The types of this library version do not know the method yet.
  const locale: Intl.Locale & { getTimeZones?(): string[] | undefined } = new Intl.Locale(`und-${country}`);
  return locale.getTimeZones?.() ?? [];
}

/** What a clock on the wall of that zone says at a moment. */
function clockOf(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (at) => format.format(at);
}
