import type { Queries } from "../../database/queries.ts";
import {
  type Candidate,
  type CandidatePosition,
  countCandidates,
  findCandidates,
} from "../due/candidates.repository.ts";
import { type DailyRuns, firstOpenDay, lastRunDayOf } from "../due/daily-run-windows.ts";
import { getDailyRuns } from "../due/daily-runs.repository.ts";
import type { DateRules } from "../due/date-rules.ts";
import { dateTargets, spansOf } from "../due/date-targets.ts";
import { type Days, dueDateOf } from "../due/due-dates.ts";
import { laterDay, startOfDay } from "../due/zone-days.ts";
import type { DatedKind } from "../event-kind.ts";
import { getDateRules } from "../settings/lifecycle-settings.repository.ts";
import type { SuppressionReason, UpcomingLifecycleEvent } from "./upcoming-event.ts";

/** An upcoming event and its position in the list. */
export type Upcoming = UpcomingLifecycleEvent & CandidatePosition;

type ForecastRequest = {
  readonly days: Days;
  readonly kinds: readonly DatedKind[];
  /** See `EventVisibility`: without it, moves and announcements of anniversaries are left out. */
  readonly seesDepartures: boolean;
  /** Only the dates of these people; null: of all. */
  readonly personIds?: readonly string[] | null;
};

const ruledFor = (rules: DateRules, { seesDepartures }: ForecastRequest): DateRules => {
  if (seesDepartures) return rules;
  const { offsets, ...anniversary } = rules.kinds.WORK_ANNIVERSARY;
  const onTheDayOrLater = offsets.filter(({ days }) => days >= 0);
  return {
    ...rules,
    kinds: { ...rules.kinds, WORK_ANNIVERSARY: { ...anniversary, offsets: onTheDayOrLater } },
  };
};

/**
 * Days in the first query: a week fills a page in a company of thousands. Smaller companies need the longer
 * spans that follow. The dates of chosen people are few, so they are read in the longest spans.
 */
const FIRST_SPAN_DAYS = 7;

/**
 * The dates that will fire on these days, and those that will not, with the reason, in order and after a
 * position. It uses the tables and rules of the daily run, so the forecast comes true unless something
 * changes. Dates that fired already are left out.
 */
export async function listUpcoming(
  manager: Queries,
  request: ForecastRequest,
  { after, limit }: { readonly after: CandidatePosition | null; readonly limit: number },
): Promise<Upcoming[]> {
  const { days, kinds, seesDepartures: showsMoves, personIds = null } = request;
  const allRules = await getDateRules(manager);
  if (!allRules) return [];
  const rules = ruledFor(allRules, request);
  const dailyRuns = await getDailyRuns(manager);
  const from = after ? laterDay(days.from, after.firesOn) : days.from;
  const found: Upcoming[] = [];
  const firstDays = personIds ? Number.POSITIVE_INFINITY : FIRST_SPAN_DAYS;
  for (const span of spansOf({ ...days, from }, kinds, { rules, firstDays })) {
    const lastRunDay = lastRunDayOf(dailyRuns.lastDays) ?? null;
    const page = { after, limit: limit - found.length, lastRunDay, showsMoves, personIds };
    const candidates = await findCandidates(manager, dateTargets(span, kinds, rules), page);
    found.push(...candidates.flatMap((candidate) => forecast(candidate, rules, dailyRuns)));
    if (found.length >= limit) break;
  }
  return found;
}

function forecast(candidate: Candidate, rules: DateRules, dailyRuns: DailyRuns): Upcoming[] {
  const { personId, place, timeZone } = candidate;
  const due = dueDateOf(candidate, rules);
  if (!due) return [];
  const isTooLate = due.firesOn < (firstOpenDay(dailyRuns, timeZone) ?? due.firesOn);
  const suppressionReason = due.suppressedBecause ?? (isTooLate ? "TOO_LATE" : null);
  const suppressedBecause = suppressionReason && SENTENCES[suppressionReason];
  const firesAt = startOfDay(due.firesOn, timeZone);
  return [{ ...due, firesAt, personId, place, timeZone, suppressedBecause, suppressionReason }];
}

/** The number of upcoming dates on these days. */
export async function countUpcoming(manager: Queries, request: ForecastRequest): Promise<number> {
  const { days, kinds, seesDepartures: showsMoves, personIds = null } = request;
  const allRules = await getDateRules(manager);
  if (!allRules) return 0;
  const rules = ruledFor(allRules, request);
  const lastRunDay = lastRunDayOf((await getDailyRuns(manager)).lastDays) ?? null;
  const seen = { lastRunDay, showsMoves, personIds };
  let count = 0;
  for (const span of spansOf(days, kinds, { rules, firstDays: Number.POSITIVE_INFINITY }))
    count += await countCandidates(manager, dateTargets(span, kinds, rules), seen);
  return count;
}

/** Why a date will not fire, for an admin. `TOO_LATE`: the day is too long ago to fire late. */
const SENTENCES: Readonly<Record<SuppressionReason, string>> = {
  SWITCHED_OFF: "This kind of event is switched off for the company.",
  NEVER_STARTED: "The person left before the first day, or the offer was withdrawn.",
  LEFT_BEFORE: "The person has left by then.",
  TERMINATED_BEFORE: "The employment ends on or before this day.",
  LEFT: "The person has left: only the last day of the employment still fires.",
  GOES_ON:
    "The person moves to another legal entity, or works here again by then: this is neither a hire nor a departure.",
  BEFORE_BASELINE: "The day was over before the company's first sync.",
  BEFORE_SWITCHED_ON: "The day was over before this kind of event was switched on.",
  BEFORE_REGISTERED: "The day was over before this offset was registered.",
  TOO_LATE: "The day is over: a date fires at most three days late.",
};
