import type { ZoneDays } from "./candidates.repository.ts";
import { addDays, earlierDay, laterDay, localDay } from "./zone-days.ts";

/** How many days late a date may be entered and is told all the same. */
const GRACE_DAYS = 3;

/** Where a company's turns stand. */
export type DailyRuns = {
  /** In which its people's days begin. */
  readonly zonesInUse: readonly string[];
  /** The last day that was looked at, by zone; of zones that nobody is in any more too. */
  readonly lastDays: ReadonlyMap<string, string>;
};

/**
 * The days to look at in each zone: those since the last turn, today included, and always the three before today, in which a date may
 * have been entered late. The last turn is that of the zone that was furthest behind, because who moves from one zone to another
 * must not fall between them. Nothing before the day of the first sync. Pure.
 */
export function dailyRunWindows(
  { zonesInUse, lastDays }: DailyRuns,
  { baselinedAt, now }: { readonly baselinedAt: Date; readonly now: Date },
): ZoneDays[] {
  const lastRunDay = lastRunDayOf(lastDays);
  return zonesInUse.map((timeZone) => {
    const today = localDay(now, timeZone);
    const baseline = localDay(baselinedAt, timeZone);
    const sinceLastTurn = lastRunDay === undefined ? baseline : addDays(lastRunDay, 1);
    const from = laterDay(baseline, earlierDay(sinceLastTurn, addDays(today, -GRACE_DAYS)));
    return { timeZone, from, to: today };
  });
}

/** The first day of a zone of which something may still be told; null before the first turn, when it may be any. */
export function firstOpenDay({ lastDays }: DailyRuns, timeZone: string): string | null {
  const lastRunDay = lastRunDayOf(lastDays);
  if (lastRunDay === undefined) return null;
  return earlierDay(addDays(lastRunDay, 1), addDays(lastDays.get(timeZone) ?? lastRunDay, -GRACE_DAYS));
}

/** The last turn: of the zone that is furthest behind. */
export const lastRunDayOf = (lastDays: DailyRuns["lastDays"]): string | undefined =>
  [...lastDays.values()].sort().at(0);
