import { LeapDayRule } from "../../tenant/people-settings.ts";
import type { DatedKind, LifecycleEventChange } from "../event-kind.ts";
import type { DateRules } from "./date-rules.ts";
import { type Occurrence, occurrencesOf } from "./occurrences.ts";
import { DATE_FIELD, type DateField, isYearly, type PersonDates } from "./person-dates.ts";
import { isSuppressedForLeaver, suppressedByDeparture } from "./suppress.ts";
import { addDays, laterDay, yearOf } from "./zone-days.ts";

/** An emitted event of a date, as the log contains it. */
export type EmittedDate = {
  readonly id: string;
  readonly kind: DatedKind;
  readonly personioId: string;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: LifecycleEventChange | null;
  readonly supersedes: string | null;
  readonly years: number | null;
};

/** What decides about emitted dates, besides the events and the person. */
export type CorrectionBasis = {
  readonly rules: DateRules;
  /** In the person's zone. */
  readonly today: string;
  /** The dates that this sync has changed. */
  readonly moved: ReadonlySet<DateField>;
  /** Fields that an admin keeps out of the directory. Hiding a date does not withdraw it. */
  readonly hidden: readonly string[];
};

/** All events of one date; for a yearly date, of one of its years. */
export type Thread = {
  /** In the order of the log; never empty. */
  readonly events: readonly EmittedDate[];
  readonly last: EmittedDate;
  /** When the date occurs now; null if it no longer does. */
  readonly expected: Occurrence | null;
};

/**
 * The threads that may need another event: of enabled kinds that are not hidden, at registered offsets, and
 * of the current employment. Events of a former employment stay. Cancelled ones may fire again with the next
 * employment: a record that HR deletes and creates again has the same first day. A birthday belongs to the
 * person, under any record.
 *
 * @param emitted all events of this person's dates, in the order of the log.
 */
export function openThreads(
  emitted: readonly EmittedDate[],
  person: PersonDates,
  basis: CorrectionBasis,
): Thread[] {
  const { rules, hidden } = basis;
  const offered = emitted.filter(({ kind, offsetDays }) => {
    const { enabled, offsets } = rules.kinds[kind];
    return enabled && !hidden.includes(DATE_FIELD[kind]) && offsets.some(({ days }) => days === offsetDays);
  });
  return threadsOf(offered).flatMap(({ events, span }) => {
    const last = events.at(-1);
    if (!last || isOfFormerEmployment(last, person)) return [];
    return [{ events, last, expected: expectedDay(last, person, { ...basis, span }) }];
  });
}

const isOfFormerEmployment = ({ kind, personioId, change }: EmittedDate, person: PersonDates): boolean =>
  kind !== "BIRTHDAY" && personioId !== person.personioId && change !== "CANCELLED";

/** From a day, included, to another one, excluded. */
type Span = {
  readonly from: string;
  readonly before: string;
  /**
   * At an offset, an event precedes its day. From here on a day of the previous year is nearer, if it is
   * in the future.
   */
  readonly nearFrom: string;
};

type Grouped = { readonly events: EmittedDate[]; readonly span: Span };

/**
 * A correction belongs to the thread of the event that it corrects. Other events belong to earlier ones of
 * about the same day.
 */
function threadsOf(emitted: readonly EmittedDate[]): Grouped[] {
  const threads: Grouped[] = [];
  for (const event of emitted) {
    const thread =
      threads.findLast(({ events }) => events.some(({ id }) => id === event.supersedes)) ??
      threads.findLast(({ events, span }) => isOfOneDate(events[0], event) && isWithin(span, event.occursOn));
    if (thread) thread.events.push(event);
    else threads.push({ events: [event], span: spanOf(event) });
  }
  return threads;
}

const isOfOneDate = (one: EmittedDate | undefined, other: EmittedDate): boolean =>
  one?.kind === other.kind && one.offsetDays === other.offsetDays;

const isWithin = ({ from, before }: Pick<Span, "from" | "before">, day: string): boolean =>
  day >= from && day < before;

/** A yearly date that moves over New Year moves by less than this. */
export const HALF_A_YEAR_DAYS = 183;

/**
 * The span into which a date may have moved since its first event: a year that contains exactly one of its
 * days.
 */
function spanOf({ kind, occursOn }: EmittedDate): Span {
  if (!isYearly(kind)) return ALWAYS;
  const nearFrom = addDays(occursOn, -HALF_A_YEAR_DAYS);
  const from = laterDay(`${occursOn.slice(0, 4)}-01-01`, nearFrom);
  return { from, before: `${String(yearOf(from) + 1).padStart(4, "0")}${from.slice(4)}`, nearFrom };
}

const ALWAYS: Span = { from: "0001-01-01", before: "9999-12-32", nearFrom: "0001-01-01" };

function expectedDay(
  { kind, occursOn }: EmittedDate,
  person: PersonDates,
  { span, rules, today, moved }: CorrectionBasis & { readonly span: Span },
): Occurrence | null {
  const years = { fromYear: yearOf(span.nearFrom), toYear: yearOf(span.before) };
  // A correction stays true after its day.
  const isNearer = (day: string): boolean =>
    day >= span.nearFrom && day < span.from && (day >= today || day === occursOn);
  // An unchanged date counts by either leap-day rule: no birthday fires twice when a company changes its
  // rule.
  const leapDayRules = moved.has(DATE_FIELD[kind]) ? [] : LEAP_DAY_RULES;
  const [byRule, ...others] = [rules.leapDayRule, ...leapDayRules].map((leapDayRule) =>
    occurrencesOf(person, kind, { ...years, leapDayRule }).find(
      (day) => isNearer(day.occursOn) || isWithin(span, day.occursOn),
    ),
  );
  const found = others.find((day) => day?.occursOn === occursOn) ?? byRule;
  if (!found) return null;
  // A leaver's future dates no longer fire. While the last day is unknown, dates up to today stay.
  if (isSuppressedForLeaver(person, kind)) {
    if (found.occursOn > today) return null;
    if (person.terminationDate === null) return found;
  }
  return suppressedByDeparture(person, { kind, occursOn: found.occursOn }, rules) ? null : found;
}

const LEAP_DAY_RULES = Object.values(LeapDayRule);
