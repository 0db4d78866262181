import type { NewEvent } from "../events/event-log.repository.ts";
import type { DueDate } from "./due-dates.ts";
import type { PersonDates } from "./person-dates.ts";

/** The event of a date. It is late if the day on which it fires is over where the person works. */
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
