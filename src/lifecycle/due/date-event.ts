import type { NewEvent } from "../events/event-log.repository.ts";
import type { DueDate } from "./due-dates.ts";
import type { PersonDates } from "./person-dates.ts";

/** The event that tells a date. It is late when the day on which it should have been told is over where the person works. */
export const dateEvent = (
  { personId, personioId, departmentId, officeId }: PersonDates,
  { kind, occursOn, offsetDays, years, firesOn }: DueDate,
  today: string,
): NewEvent => ({
  kind,
  personId,
  personioId,
  occursOn,
  offsetDays,
  change: null,
  supersedes: null,
  years,
  changedFields: null,
  late: firesOn < today,
  departmentId,
  officeId,
  content: null,
});
