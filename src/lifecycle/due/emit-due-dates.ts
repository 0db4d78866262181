import { isDeepStrictEqual } from "node:util";
import type { EntityManager } from "typeorm";
import { DATED_KINDS } from "../event-kind.ts";
import { appendEvents, type EventCount } from "../events/event-log.repository.ts";
import { lockStream } from "../events/event-stream.repository.ts";
import { getDateRules } from "../settings/lifecycle-settings.repository.ts";
import { streamCandidates, type ZoneDays } from "./candidates.repository.ts";
import { dailyRunWindows, lastRunDayOf } from "./daily-run-windows.ts";
import { getDailyRuns, pruneEvents, replaceDailyRuns } from "./daily-runs.repository.ts";
import { dateEvent } from "./date-event.ts";
import type { DateRules } from "./date-rules.ts";
import { dateTargets, spansOf } from "./date-targets.ts";
import { dueDateOf } from "./due-dates.ts";
import { earlierDay, laterDay } from "./zone-days.ts";

/** Days in the first query: enough for an ordinary run, and for one after a week of downtime. */
const FIRST_SPAN_DAYS = 16;

/**
 * Emits the due dates of a company:
 *
 *     days since the last run ──▶ people they concern ──▶ dueDateOf ──▶ appendEvents
 *      a window for each zone      from the tables          pure         once each
 *
 * The query leaves out dates that fired and are not revoked, so a run may process days again. It must: HR
 * enters dates late, people move between zones, clocks go back. Missed days are processed in their order.
 * Before the first sync nothing fires.
 *
 * @param now the database's time: a host whose clock is ahead must not emit tomorrow's dates.
 * @returns the counts of the emitted events.
 */
export async function emitDueDates(
  manager: EntityManager,
  { now }: { readonly now: Date },
): Promise<readonly EventCount[]> {
  if (!(await lockStream(manager))) return [];
  const rules = await getDateRules(manager);
  if (!rules) return [];
  const dailyRuns = await getDailyRuns(manager);
  const windows = dailyRunWindows(dailyRuns, { baselinedAt: rules.baselinedAt, now });
  const lastRunDay = lastRunDayOf(dailyRuns.lastDays) ?? null;
  const emitted = await emitWindows(manager, windows, { rules, now, lastRunDay });
  const lastDays = new Map(windows.map(({ timeZone, to }) => [timeZone, to]));
  if (!isDeepStrictEqual(lastDays, dailyRuns.lastDays)) {
    await replaceDailyRuns(manager, lastDays);
    await pruneEvents(manager, now);
  }
  return emitted;
}

async function emitWindows(
  manager: EntityManager,
  windows: readonly ZoneDays[],
  {
    rules,
    now,
    lastRunDay,
  }: { readonly rules: DateRules; readonly now: Date; readonly lastRunDay: string | null },
): Promise<EventCount[]> {
  const kinds = DATED_KINDS.filter((kind) => rules.kinds[kind].enabled);
  const today = new Map(windows.map(({ timeZone, to }) => [timeZone, to]));
  const days = {
    from: windows.map(({ from }) => from).reduce(earlierDay),
    to: windows.map(({ to }) => to).reduce(laterDay),
  };
  const emitted: EventCount[] = [];
  for (const span of spansOf(days, kinds, { rules, firstDays: FIRST_SPAN_DAYS })) {
    const zones = { zones: windows, lastRunDay };
    for await (const batch of streamCandidates(manager, dateTargets(span, kinds, rules), zones)) {
      const events = batch.flatMap((candidate) => {
        const due = dueDateOf(candidate, rules);
        if (due?.suppressedBecause !== null) return [];
        return [dateEvent(candidate, due, today.get(candidate.timeZone) ?? due.firesOn)];
      });
      emitted.push(...(await appendEvents(manager, events, now)));
    }
  }
  return emitted;
}
