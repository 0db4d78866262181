import { LeapDayRule } from "../../access/settings/people-settings.ts";
import type { DatedKind, LifecycleEventChange } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { DateRules } from "./date-rules.ts";
import { type Occurrence, occurrencesOf } from "./occurrences.ts";
import { isYearly, type PersonDates } from "./person-dates.ts";
import { suppressedByDeparture } from "./suppress.ts";
import { yearOf } from "./zone-days.ts";

/** What was told of a date, as it stands in the log. */
export type ToldDate = {
  readonly id: string;
  readonly kind: DatedKind;
  readonly personioId: string;
  readonly occursOn: string;
  readonly offsetDays: number;
  readonly change: LifecycleEventChange | null;
};

/**
 * What has to be said because a date or a status has changed after something was told: the last that was told of a date is compared
 * with what holds now. Nothing is said of a date that was never told; it is simply told on its new day.
 *
 * @param told everything that was told of this person's dates, in the order of the log.
 * @param person as they are now; a former employment is not corrected any more.
 */
export function supersede(
  told: readonly ToldDate[],
  person: PersonDates,
  { rules, today }: { readonly rules: DateRules; readonly today: string },
): NewEvent[] {
  const offered = told.filter(({ kind, offsetDays }) => {
    const { enabled, readable, offsets } = rules.kinds[kind];
    return enabled && readable && offsets.some(({ days }) => days === offsetDays);
  });
  return [...Map.groupBy(offered, threadOf).values()].flatMap((thread) => {
    const last = thread.at(-1);
    if (!last || !isOpen(last, person)) return [];
    const expected = expectedDay(last, person, { rules, today });
    const change = changeOf(thread, last, expected);
    return change ? [correction(person, last, { change, expected })] : [];
  });
}

/**
 * Whether the last word on a date may need another one. What was told of a former employment stays as it was; what was taken back may come
 * again with the next one: a record that HR deletes and makes anew has the same first day.
 */
const isOpen = (last: ToldDate, person: PersonDates): boolean =>
  last.personioId === person.personioId || last.change === "CANCELLED";

/** All that is told of one date: of one that comes each year, within that year. */
const threadOf = ({ kind, offsetDays, occursOn }: ToldDate): string =>
  [kind, offsetDays, isYearly(kind) ? yearOf(occursOn) : ""].join(" ");

function changeOf(
  thread: readonly ToldDate[],
  last: ToldDate,
  expected: Occurrence | null,
): LifecycleEventChange | null {
  if (last.change !== "CANCELLED") {
    if (expected === null) return "CANCELLED";
    return expected.occursOn === last.occursOn ? null : "RESCHEDULED";
  }
  // A date that is back is told on its day like any other, unless it was: the same event does not come twice.
  const wasTold = thread.some(({ change, occursOn }) => change === null && occursOn === expected?.occursOn);
  return wasTold ? "RESCHEDULED" : null;
}

/** When the date comes now; null when it does not come any more. */
function expectedDay(
  { kind, occursOn }: ToldDate,
  person: PersonDates,
  { rules, today }: { readonly rules: DateRules; readonly today: string },
): Occurrence | null {
  const years = isYearly(kind)
    ? { fromYear: yearOf(occursOn), toYear: yearOf(occursOn) }
    : { fromYear: 1, toYear: 9999 };
  // By either leap-day rule: a company that changes its rule has no birthday twice.
  const days = LEAP_DAY_RULES.flatMap((leapDayRule) =>
    occurrencesOf(person, kind, { ...years, leapDayRule }),
  );
  const found =
    days.find((day) => day.occursOn === occursOn) ?? days[LEAP_DAY_RULES.indexOf(rules.leapDayRule)];
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
