import type { PersonRecord } from "../../people/write/person-record.ts";
import { dateEvent } from "../due/date-event.ts";
import type { DateRules } from "../due/date-rules.ts";
import { type DueDate, overdueDates } from "../due/due-dates.ts";
import { DATE_FIELD, type DateField, type PersonDates } from "../due/person-dates.ts";
import { firedAfterNewYear, reopenedDates } from "../due/reopen.ts";
import { resumedDates } from "../due/resume.ts";
import { supersede } from "../due/supersede.ts";
import type { CorrectionBasis, EmittedDate } from "../due/threads.ts";
import { DATED_KINDS, type DatedKind } from "../event-kind.ts";
import type { NewEvent } from "../events/event-log.repository.ts";
import type { PersonChange } from "./detect-events.ts";

/** The fields that decide about a person's dates. A change of any other field corrects no event. */
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

/** Whether emitted events of this person's dates may be wrong now. Hiding a date does not withdraw it. */
export const mayCorrect = ({ before, after }: PersonChange, hidden: readonly string[]): boolean =>
  before !== null &&
  DECISIVE.some((field) => !hidden.includes(field) && before.record[field] !== after.record[field]);

export type CorrectionTime = {
  readonly rules: DateRules;
  /** In the person's zone. */
  readonly today: string;
  readonly timeZone: string;
  /** Kinds whose date the credential could not read before this sync. */
  readonly newlyReadable: ReadonlySet<DatedKind>;
  /** Fields that an admin keeps out of the directory. */
  readonly hidden: readonly string[];
};

/**
 * The date events that a changed record causes at once. These are corrections, dates that are back on a day
 * that fired, and dates that HR entered after their day. Offsets of a date that applies again are late, too.
 * All other dates fire on their day. Pure.
 *
 * @param emitted the events of this person's dates, in the order of the log.
 */
export function correctDates(
  change: PersonChange,
  emitted: readonly EmittedDate[],
  when: CorrectionTime,
): NewEvent[] {
  const person = personDates(change, when.timeZone);
  const basis = { ...when, moved: movedFields(change) };
  const mayMove = mayCorrect(change, when.hidden);
  const corrections = mayMove
    ? [...supersede(emitted, person, basis), ...withdrawHire(change, emitted, basis)]
    : [];
  const reopened = mayMove ? reopenedDates(emitted, person, basis) : [];
  const former = mayMove ? formerDates(change, when) : null;
  const resumed = former ? resumedDates(former, person, when) : [];
  const known = {
    kinds: DATED_KINDS.filter((kind) => basis.moved.has(DATE_FIELD[kind])),
    readable: when.newlyReadable,
  };
  const late = [...resumed, ...overdueDates(person, known, when)].filter(
    (due) => !firedAfterNewYear(emitted, due),
  );
  return [
    ...corrections,
    ...withoutRepetitions([...reopened, ...late]).map((due) => dateEvent(person, due, when.today)),
  ];
}

/**
 * A person may enter with a record that continues an earlier one, and move on before a run finds the earlier
 * one. The hire date of the record between the two is cancelled then.
 */
function withdrawHire(
  change: PersonChange,
  emitted: readonly EmittedDate[],
  basis: CorrectionBasis & Pick<CorrectionTime, "timeZone">,
): NewEvent[] {
  const [before, after] = [change.before?.record, change.after.record];
  if (!before?.hireDate || before.personioId === after.personioId) return [];
  const wasFirst = before.originalHireDate === before.hireDate;
  if (!wasFirst || after.originalHireDate === null || after.originalHireDate >= before.hireDate) return [];
  const record = { ...before, continuesOn: before.hireDate };
  const person = personDates({ ...change, after: { ...change.after, record } }, basis.timeZone);
  const hires = emitted.filter(({ kind }) => kind === "HIRE_DATE");
  return supersede(hires, person, basis);
}

const movedFields = ({ before, after }: PersonChange): ReadonlySet<DateField> =>
  new Set(
    Object.values(DATE_FIELD).filter((field) => after.record[field] !== (before?.record[field] ?? null)),
  );

const withoutRepetitions = (dues: readonly DueDate[]): DueDate[] =>
  dues.filter(
    (due, index) =>
      index ===
      dues.findIndex(
        ({ kind, occursOn, offsetDays }) =>
          kind === due.kind && occursOn === due.occursOn && offsetDays === due.offsetDays,
      ),
  );

/** The dates before this change. Hiding the last day restores no date. */
function formerDates(change: PersonChange, { timeZone, hidden }: CorrectionTime): PersonDates | null {
  if (!change.before) return null;
  const former = personDates({ ...change, after: change.before }, timeZone);
  const { terminationDate } = hidden.includes("terminationDate") ? change.after.record : former;
  return { ...former, terminationDate };
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
  originalHireDate: record.originalHireDate,
  probationEndDate: record.probationEndDate,
  contractEndDate: record.contractEndDate,
  terminationDate: record.terminationDate,
  dateOfBirth: record.dateOfBirth,
  movesOn: record.nextPersonioId !== null,
  continuesOn: record.continuesOn,
});
