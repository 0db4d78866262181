import type { EntityManager } from "typeorm";
import {
  type Candidate,
  type CandidatePosition,
  countCandidates,
  findCandidates,
} from "../due/candidates.repository.ts";
import type { DateRules } from "../due/date-rules.ts";
import { dateTargets, spansOf } from "../due/date-targets.ts";
import { type Days, dueDateOf } from "../due/due-dates.ts";
import { firstOpenDay, lastTurnOf, type Turns } from "../due/turn-windows.ts";
import { getTurns } from "../due/turns.repository.ts";
import { laterDay, startOfDay } from "../due/zone-days.ts";
import type { DatedKind } from "../event-kind.ts";
import { getDateRules } from "../settings/lifecycle-settings.repository.ts";
import { explainSuppression } from "./explain-suppression.ts";
import type { UpcomingLifecycleEvent } from "./upcoming-event.ts";

/** An upcoming event and where it stands in the list. */
export type Upcoming = UpcomingLifecycleEvent & CandidatePosition;

type Asked = { readonly days: Days; readonly kinds: readonly DatedKind[] };

/** Looked through first: a week holds a page of a company of thousands, and what it lacks the longer spans behind it have. */
const FIRST_SPAN_DAYS = 7;

/**
 * What is going to be told on some days, and what is not and why, in order and behind a position. It asks the same tables and the
 * same rules as a turn, so what is forecast is what is told when nothing changes. What was told already is left out.
 */
export async function listUpcoming(
  manager: EntityManager,
  { days, kinds }: Asked,
  { after, limit }: { readonly after: CandidatePosition | null; readonly limit: number },
): Promise<Upcoming[]> {
  const rules = await getDateRules(manager);
  if (!rules) return [];
  const turns = await getTurns(manager);
  const from = after ? laterDay(days.from, after.firesOn) : days.from;
  const found: Upcoming[] = [];
  for (const span of spansOf({ ...days, from }, kinds, { rules, firstDays: FIRST_SPAN_DAYS })) {
    const page = { after, limit: limit - found.length, lastTurn: lastTurnOf(turns.turnedOn) ?? null };
    const candidates = await findCandidates(manager, dateTargets(span, kinds, rules), page);
    found.push(...candidates.flatMap((candidate) => forecast(candidate, rules, turns)));
    if (found.length >= limit) break;
  }
  return found;
}

function forecast(candidate: Candidate, rules: DateRules, turns: Turns): Upcoming[] {
  const { personId, place, timeZone } = candidate;
  const due = dueDateOf(candidate, rules);
  if (!due) return [];
  const isTooLate = due.firesOn < (firstOpenDay(turns, timeZone) ?? due.firesOn);
  const suppression = due.suppressedBecause ?? (isTooLate ? "TOO_LATE" : null);
  const suppressedBecause = suppression && explainSuppression(suppression);
  const firesAt = startOfDay(due.firesOn, timeZone);
  return [{ ...due, firesAt, personId, place, timeZone, suppressedBecause }];
}

/** How many there are on all of the days. */
export async function countUpcoming(manager: EntityManager, { days, kinds }: Asked): Promise<number> {
  const rules = await getDateRules(manager);
  if (!rules) return 0;
  const lastTurn = lastTurnOf((await getTurns(manager)).turnedOn) ?? null;
  let count = 0;
  for (const span of spansOf(days, kinds, { rules, firstDays: Number.POSITIVE_INFINITY }))
    count += await countCandidates(manager, dateTargets(span, kinds, rules), { lastTurn });
  return count;
}
