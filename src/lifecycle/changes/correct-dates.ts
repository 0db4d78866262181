import type { PersonRecord } from "../../people/changes/person-record.ts";
import { dateEvent } from "../dates/date-event.ts";
import type { DateRules } from "../dates/date-rules.ts";
import { overdueTerminations } from "../dates/due-dates.ts";
import { DATE_FIELD, type PersonDates } from "../dates/person-dates.ts";
import { supersede, type ToldDate } from "../dates/supersede.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { PersonChange } from "./detect-events.ts";

/** What decides about somebody's dates. A change of anything else leaves what was told as it is. */
const DECISIVE = [
  "personioId",
  "status",
  "hireDate",
  "probationEndDate",
  "contractEndDate",
  "terminationDate",
  "dateOfBirth",
  "nextPersonioId",
  "continuesOn",
] as const satisfies readonly (keyof PersonRecord)[];

/** Whether what was told of this person's dates may be wrong now. A date that is merely hidden was not taken back. */
export const mayCorrect = ({ before, after }: PersonChange, hidden: readonly string[]): boolean =>
  before !== null &&
  DECISIVE.some((field) => !hidden.includes(field) && before.record[field] !== after.record[field]);

export type CorrectionTime = {
  readonly rules: DateRules;
  /** The person's. */
  readonly today: string;
  readonly timeZone: string;
  /** Whether a last day that is over is news; it is none where it could not be read before. */
  readonly tellsPastEnds: boolean;
  /** Fields that the company does not want in its directory. */
  readonly hidden: readonly string[];
};

/**
 * What has to be said of dates at once, because a record says otherwise than before: corrections of what was told, and a last day of
 * employment that is over already. Everything else is told when its day comes. Pure.
 *
 * @param told what was told of this person's dates, in the order of the log.
 */
export function correctDates(
  change: PersonChange,
  told: readonly ToldDate[],
  when: CorrectionTime,
): NewEvent[] {
  const person = personDates(change, when.timeZone);
  const { before, after } = change;
  const moved = new Set(
    Object.values(DATE_FIELD).filter((field) => before?.record[field] !== after.record[field]),
  );
  const corrections = mayCorrect(change, when.hidden) ? supersede(told, person, { ...when, moved }) : [];
  const hasNewEnd = after.record.terminationDate !== (before?.record.terminationDate ?? null);
  if (!hasNewEnd || !when.tellsPastEnds) return corrections;
  const overdue = overdueTerminations(person, when.today, when.rules);
  return [...corrections, ...overdue.map((due) => dateEvent(person, due, when.today))];
}

const personDates = (
  { personId, after: { record }, departmentId, officeId }: PersonChange,
  timeZone: string,
): PersonDates => ({
  personId,
  departmentId,
  officeId,
  timeZone,
  personioId: record.personioId,
  status: record.status,
  hireDate: record.hireDate,
  probationEndDate: record.probationEndDate,
  contractEndDate: record.contractEndDate,
  terminationDate: record.terminationDate,
  dateOfBirth: record.dateOfBirth,
  movesOn: record.nextPersonioId !== null,
  continuesOn: record.continuesOn,
});
