import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import {
  byFirstDay,
  daysOf,
  type EmploymentDays,
  goesOn,
  hasLeft,
  isInOrder,
  startsBy,
} from "./record-chain.ts";
import { haveOneOriginal, isAlteredEmail } from "./same-person.ts";

/** A record that is not the current one of any person, paired with a person whose record it may be. */
export type RecordCandidate = {
  /** The new record of a known person. */
  readonly staged: TranslatedPerson;
  readonly personId: string;
  /** The person, under the current record. */
  readonly stored: PersonRecord;
  /** The current record in this read; `staged` is null if it was not read, or is unchanged. */
  readonly current: { readonly wasRead: boolean; readonly staged: TranslatedPerson | null };
  /**
   * Set if the record is known to be this person's: a former or later one, or the one of a coming move. Else
   * the evidence decides.
   */
  readonly known: "FORMER" | "NEXT" | null;
  /** The calendar day where the person works. */
  readonly today: string;
};

/**
 * What a new record of a known person means.
 *
 * - `RETURNS`: the person had left, or the last day was over; the record is a rehire.
 * - `RECREATED`: HR deleted the record and created it again; the person never left.
 * - `MOVES`: the person continues in another legal entity, and the first day there has come.
 * - `WILL_MOVE`: the first day there is in the future, and the current record stays current until then.
 * - `PRECEDES`: the record comes before the current one, which an earlier run read alone. It is the current
 *   one now, and the other one is the coming one.
 * - `PRECEDED`: the record came before the current one, and has ended.
 */
export type MatchKind = "RETURNS" | "RECREATED" | "MOVES" | "WILL_MOVE" | "PRECEDES" | "PRECEDED";

export type MatchedRecord = RecordCandidate & {
  readonly kind: MatchKind;
  /** Whether the record starts another employment without a hire. */
  readonly isMove: boolean;
  /** Whether the person will still move to the known coming record. */
  readonly keepsNext: boolean;
  /** Records of the person that are over, and were never the current one. */
  readonly formers: readonly TranslatedPerson[];
  /** The record to which the person moves after this one, if the same read has found both. */
  readonly coming: TranslatedPerson | null;
  /** The records after the coming one, without a gap. */
  readonly later: readonly TranslatedPerson[];
  /** The person's address as the last of their records in this read has it: unaltered. */
  readonly unaltered: string | null;
};

/** What the record means for its person; null as long as the current record exists beside it. */
export function joinRecord(candidate: RecordCandidate, gone: ReadonlySet<string>): MatchedRecord | null {
  const { staged, stored, today } = candidate;
  const isGone = gone.has(stored.personioId);
  const hireDate = staged.fields.hireDate ?? null;
  const lastDay = lastDayOf(candidate);
  // The last day before a known move ends no work, also if HR has recreated one of its records.
  const isMoving = stored.nextPersonioId !== null;
  const isMove =
    stored.status !== "INACTIVE" &&
    lastDay !== null &&
    hireDate !== null &&
    startsBy(hireDate, lastDay) &&
    (lastDay >= today || isMoving);
  // A recreated record keeps its hire date; a later one belongs to a new employment.
  const isNext = isMove && (!isGone || hireDate > (stored.hireDate ?? ""));
  const join = (kind: MatchKind): MatchedRecord => ({ ...candidate, ...ALONE, kind, isMove: isNext });

  if (isMove && !isGone) return join(hireDate <= today ? "MOVES" : "WILL_MOVE");
  // HR deleted the current record of a known move. The person works under it until the first day of the next.
  if (isNext && isMoving && hireDate > today) return join("WILL_MOVE");
  const began = sentOr(candidate, "hireDate");
  // A last day before the hire date belongs to an earlier employment: HR rehired on the current record.
  const isOver = lastDay !== null && lastDay < today && !(began !== null && began > lastDay);
  if (statusOf(candidate) === "INACTIVE" || (isOver && !isMove)) return join("RETURNS");
  return isGone ? join("RECREATED") : null;
}

/** Whether the person keeps the current record, so the plan decides about it with the other one. */
export const staysCurrent = ({ kind }: MatchedRecord): boolean => kind === "WILL_MOVE" || kind === "PRECEDED";

/** What a record means that is not part of a longer chain. */
export const ALONE = {
  isMove: false,
  keepsNext: false,
  formers: [],
  coming: null,
  later: [],
  unaltered: null,
} as const;

const sentOr = <Field extends "status" | "hireDate" | "terminationDate">(
  { current, stored }: RecordCandidate,
  field: Field,
): PersonRecord[Field] => {
  const sent = current.staged?.fields[field];
  return sent === undefined ? stored[field] : (sent as PersonRecord[Field]);
};

export const statusOf = (candidate: RecordCandidate) =>
  sentOr(candidate, "status") ?? candidate.stored.status;

/** The last day of the current record's employment, as read now or as stored. */
export const lastDayOf = (candidate: RecordCandidate): string | null => sentOr(candidate, "terminationDate");

/** The days of the current record's employment. */
export const daysOfCurrent = (candidate: RecordCandidate): EmploymentDays => ({
  from: sentOr(candidate, "hireDate"),
  until: lastDayOf(candidate),
});

/** Whether the record is the one from which its person moves to the current record. */
export function precedes(candidate: RecordCandidate, gone: ReadonlySet<string>): boolean {
  const { staged, stored, known } = candidate;
  if (known !== null || gone.has(stored.personioId) || !hasAlteredAddress(candidate)) return false;
  if (statusOf(candidate) === "INACTIVE" || !staged.fields.hireDate) return false;
  return goesOn(daysOf(staged), daysOfCurrent(candidate));
}

/**
 * HR recreated the current record of a person who will move. The new record is the current one now, and the
 * coming record stays the coming one. If this run reads that one first, the next run finds it. Null in other
 * cases.
 */
export function joinRecreated(
  rivals: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
): MatchedRecord | null {
  const isRecreated = (rival: RecordCandidate): boolean =>
    rival.known === null && hasAlteredAddress(rival) && !hasLeft(rival.staged) && !follows(rival);
  const [recreated, ...others] = rivals.filter(isRecreated);
  const coming = rivals.filter((rival) => !isRecreated(rival) && rival.known !== "FORMER");
  if (!recreated || others.length > 0 || !isInOrder(coming.toSorted(byFirstDay))) return null;
  const { nextPersonioId } = recreated.stored;
  const joined = joinRecord(recreated, gone);
  if (joined?.kind !== "RECREATED") return null;
  return { ...joined, keepsNext: nextPersonioId !== null && !gone.has(nextPersonioId) };
}

/** Whether the record continues the current one. */
const follows = (rival: RecordCandidate): boolean => goesOn(daysOfCurrent(rival), daysOf(rival.staged));

/**
 * Whether the record has the person's address as Personio alters it beside a coming record. The person may
 * have entered with an altered one.
 */
export function hasAlteredAddress({ staged, stored }: Pick<RecordCandidate, "staged" | "stored">): boolean {
  const [read, own] = [staged.fields.workEmail ?? "", stored.workEmail ?? ""];
  return isAlteredEmail(read, own) || (read !== own && haveOneOriginal(read, own));
}

/**
 * Whether this read ends the person's employment under a record that another one follows. A read of some
 * people may lack that one.
 */
export const endsBesideAnother = ({ stored, staged }: Pick<RecordCandidate, "staged" | "stored">): boolean =>
  stored.status !== "INACTIVE" && hasLeft(staged) && hasAlteredAddress({ staged, stored });
