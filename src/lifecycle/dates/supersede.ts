import { LeapDayRule } from "../../access/settings/people-settings.ts";
import type { DatedKind, LifecycleEventChange } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { DateRules } from "./date-rules.ts";
import { type Occurrence, occurrencesOf } from "./occurrences.ts";
import { DATE_FIELD, type DateField, isYearly, type PersonDates } from "./person-dates.ts";
import { suppressedByDeparture } from "./suppress.ts";
import { addDays, laterDay, yearOf } from "./zone-days.ts";

/** What was told of a date, as it stands in the log. */
export type ToldDate = {
  readonly id: string;
  readonly kind: DatedKind;
  readonly personioId: string;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: LifecycleEventChange | null;
  readonly supersedes: string | null;
  readonly years: number | null;
};

/** What corrections follow from, beside what was told and who it is about. */
export type CorrectionBasis = {
  readonly rules: DateRules;
  /** The person's. */
  readonly today: string;
  /** The dates that HR has changed just now. */
  readonly moved: ReadonlySet<DateField>;
};

/**
 * What has to be said because a date or a status has changed after something was told: the last that was told of a date is compared
 * with what holds now, its day and, of an anniversary, its years. Nothing is said of a date that was never told; it is simply told on
 * its new day.
 *
 * What comes each year is corrected to another day of the same year, or of the beginning of the next one where that lies nearer, and never
 * to one of the year before. Who was told of on 31 December and was born on 1 January was told of a day early, not 364 days late; who was told
 * of on 2 January and was born on 30 December still has this year's birthday to come. Which days are told by themselves does not depend
 * on it: each once, when it comes.
 *
 * @param told everything that was told of this person's dates, in the order of the log.
 * @param person as they are now; a former employment is not corrected any more.
 */
export function supersede(
  told: readonly ToldDate[],
  person: PersonDates,
  { rules, today, moved }: CorrectionBasis,
): NewEvent[] {
  const offered = told.filter(({ kind, offsetDays }) => {
    const { enabled, readable, offsets } = rules.kinds[kind];
    return enabled && readable && offsets.some(({ days }) => days === offsetDays);
  });
  return threadsOf(offered).flatMap(({ said, span }) => {
    const last = said.at(-1);
    if (!last || !isOpen(last, person)) return [];
    const expected = expectedDay(last, person, { span, rules, today, moved });
    const change = changeOf(said, last, expected);
    return change ? [correction(person, last, { change, expected })] : [];
  });
}

/**
 * Whether the last word on a date may need another one. What was told of a former employment stays as it was; what was taken back may come
 * again with the next one: a record that HR deletes and makes anew has the same first day.
 */
const isOpen = (last: ToldDate, person: PersonDates): boolean =>
  last.personioId === person.personioId || last.change === "CANCELLED";

/** All that was said of one date: of one that comes each year, of one of its comings. */
type Thread = { readonly said: ToldDate[]; readonly span: Span };

/** From a day on, up to but not including another one. */
type Span = { readonly from: string; readonly before: string };

/** A correction belongs to what it corrects; what is told by itself to whatever was said of about the same day before. */
function threadsOf(told: readonly ToldDate[]): Thread[] {
  const threads: Thread[] = [];
  for (const event of told) {
    const thread =
      threads.findLast(({ said }) => said.some(({ id }) => id === event.supersedes)) ??
      threads.findLast(({ said, span }) => isOfOneDate(said[0], event) && isWithin(span, event.occursOn));
    if (thread) thread.said.push(event);
    else threads.push({ said: [event], span: spanOf(event) });
  }
  return threads;
}

const isOfOneDate = (one: ToldDate | undefined, other: ToldDate): boolean =>
  one?.kind === other.kind && one.offsetDays === other.offsetDays;

const isWithin = ({ from, before }: Span, day: string): boolean => day >= from && day < before;

const HALF_A_YEAR_DAYS = 183;

/** Where a date may have moved that was told first on this day: the year that holds exactly one of its days. */
function spanOf({ kind, occursOn }: ToldDate): Span {
  if (!isYearly(kind)) return ALWAYS;
  const from = laterDay(`${occursOn.slice(0, 4)}-01-01`, addDays(occursOn, -HALF_A_YEAR_DAYS));
  return { from, before: `${String(yearOf(from) + 1).padStart(4, "0")}${from.slice(4)}` };
}

const ALWAYS: Span = { from: "0001-01-01", before: "9999-12-32" };

function changeOf(
  said: readonly ToldDate[],
  last: ToldDate,
  expected: Occurrence | null,
): LifecycleEventChange | null {
  if (last.change !== "CANCELLED") {
    if (expected === null) return "CANCELLED";
    const holds = expected.occursOn === last.occursOn && expected.years === last.years;
    return holds ? null : "RESCHEDULED";
  }
  // A date that is back is told on its day like any other, unless it was: the same event does not come twice.
  const wasTold = said.some(({ change, occursOn }) => change === null && occursOn === expected?.occursOn);
  return wasTold ? "RESCHEDULED" : null;
}

/** When the date comes now; null when it does not come any more. */
function expectedDay(
  { kind, occursOn }: ToldDate,
  person: PersonDates,
  { span, rules, today, moved }: CorrectionBasis & { readonly span: Span },
): Occurrence | null {
  const years = { fromYear: yearOf(span.from), toYear: yearOf(span.before) };
  // A date that stays counts by either leap-day rule: a company that changes its rule has no birthday twice.
  const leapDayRules = moved.has(DATE_FIELD[kind]) ? [] : LEAP_DAY_RULES;
  const [byRule, ...others] = [rules.leapDayRule, ...leapDayRules].map((leapDayRule) =>
    occurrencesOf(person, kind, { ...years, leapDayRule }).find((day) => isWithin(span, day.occursOn)),
  );
  const found = others.find((day) => day?.occursOn === occursOn) ?? byRule;
  if (!found) return null;
  // When a leaver without a last day has left nobody knows; what was before today stays as it was told.
  const isBygone = person.status === "INACTIVE" && person.terminationDate === null && found.occursOn <= today;
  return isBygone || !suppressedByDeparture(person, kind, found.occursOn) ? found : null;
}

const LEAP_DAY_RULES = Object.values(LeapDayRule);

const correction = (
  { personId, personioId, departmentId, officeId }: PersonDates,
  { id, kind, offsetDays, occursOn }: ToldDate,
  { change, expected }: { readonly change: LifecycleEventChange; readonly expected: Occurrence | null },
): NewEvent => ({
  kind,
  personId,
  personioId,
  occursOn: expected?.occursOn ?? occursOn,
  offsetDays,
  change,
  supersedes: id,
  years: expected?.years ?? null,
  changedFields: null,
  late: false,
  departmentId,
  officeId,
});
