import type { ZoneDays } from "./candidates.repository.ts";
import { addDays, earlierDay, laterDay, localDay } from "./zone-days.ts";

/** HR may enter a date this many days late, and it still fires. */
const GRACE_DAYS = 3;

/** How far a company's daily runs have come. */
export type DailyRuns = {
  /** The zones in which the days of its people begin. */
  readonly zonesInUse: readonly string[];
  /** The last processed day by zone, also of zones without people now. */
  readonly lastDays: ReadonlyMap<string, string>;
};

/**
 * The days to process in each zone: the days since the last run, and today. The three days before today are
 * always included, because HR enters dates late. The last run is that of the zone furthest behind: a person
 * who moves between zones must not fall between two windows. No window begins before the day of the first
 * sync. Pure.
 */
export function dailyRunWindows(
  { zonesInUse, lastDays }: DailyRuns,
  { baselinedAt, now }: { readonly baselinedAt: Date; readonly now: Date },
): ZoneDays[] {
  const lastRunDay = lastRunDayOf(lastDays);
  return zonesInUse.map((timeZone) => {
    const today = localDay(now, timeZone);
    const baseline = localDay(baselinedAt, timeZone);
    const sinceLastRun = lastRunDay === undefined ? baseline : addDays(lastRunDay, 1);
    const from = laterDay(baseline, earlierDay(sinceLastRun, addDays(today, -GRACE_DAYS)));
    return { timeZone, from, to: today };
  });
}

/** The first day of a zone that may still fire; null before the first run, when any day may. */
export function firstOpenDay({ lastDays }: DailyRuns, timeZone: string): string | null {
  const lastRunDay = lastRunDayOf(lastDays);
  if (lastRunDay === undefined) return null;
  return earlierDay(addDays(lastRunDay, 1), addDays(lastDays.get(timeZone) ?? lastRunDay, -GRACE_DAYS));
}

/** The last processed day of the zone that is furthest behind. */
export const lastRunDayOf = (lastDays: DailyRuns["lastDays"]): string | undefined =>
  [...lastDays.values()].sort().at(0);
