import type { LifecycleEventChange } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { PersonDates } from "./person-dates.ts";
import { type CorrectionBasis, type EmittedDate, openThreads, type Thread } from "./threads.ts";

/**
 * The corrections that follow from a date or a status that has changed after an event: the last event of a date is compared with what
 * holds now, its day and, of an anniversary, its years. A date that never fired needs none; it simply fires on its new day. Neither does
 * one that was cancelled and is back: it fires again (`reopenedDates`).
 *
 * What comes each year is corrected to another day of the same year, or of the beginning of the next one where that lies nearer. A birthday
 * that fired on 31 December and is on 1 January fired a day early, not 364 days late; one that fired on 2 January and is on 30 December
 * is still to come this year. A day of the year before counts only while it is still to come: 7 days before 2 January, an event
 * announces that day; corrected to 30 December, it announced the birthday of three days earlier.
 *
 * @param told everything that was emitted of this person's dates, in the order of the log.
 * @param person as they are now; a former employment is not corrected any more.
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
