import type { LifecycleEventChange } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { PersonDates } from "./person-dates.ts";
import { type CorrectionBasis, type EmittedDate, openThreads, type Thread } from "./threads.ts";

/**
 * The corrections that a changed date or status requires. The last event of a date is compared with the
 * present: its day, and the years of an anniversary. A date that never fired needs no correction: it fires on
 * its new day. A cancelled date that is back fires again instead (`reopenedDates`).
 *
 * A yearly date is corrected to another day of the same year, or to an early day of the next year if that is
 * nearer. A birthday that fired on 31 December and is on 1 January fired a day early, not 364 days late. One
 * that fired on 2 January and is on 30 December is still ahead this year. A day of the previous year counts
 * only while it is in the future. Say an event on 26 December announces a birthday on 2 January. If HR
 * changes it to 30 December by that day, the event is corrected to this year's 30 December, later to next
 * year's.
 *
 * @param emitted all events of this person's dates, in the order of the log.
 * @param person the person now; events of a former employment are not corrected.
 */
export const supersede = (
  emitted: readonly EmittedDate[],
  person: PersonDates,
  basis: CorrectionBasis,
): NewEvent[] =>
  openThreads(emitted, person, basis).flatMap((thread) => {
    const change = changeOf(thread);
    return change ? [correction(person, thread, change)] : [];
  });

function changeOf({ last, expected }: Thread): LifecycleEventChange | null {
  if (last.change === "CANCELLED") return null;
  if (expected === null) return "CANCELLED";
  return expected.occursOn === last.occursOn && expected.years === last.years ? null : "RESCHEDULED";
}

const correction = (
  { personId, personioId, departmentId, officeId }: PersonDates,
  { last, expected }: Thread,
  change: LifecycleEventChange,
): NewEvent => ({
  kind: last.kind,
  personId,
  personioId,
  occursOn: expected?.occursOn ?? last.occursOn,
  offsetDays: last.offsetDays,
  change,
  supersedes: last.id,
  years: expected?.years ?? null,
  changedFields: null,
  late: false,
  departmentId,
  officeId,
  content: null,
});
