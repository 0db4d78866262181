import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import { isAlteredEmail } from "./same-person.ts";

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
   * Set if the record is known to be this person's: a former one, or the one of a coming move. Else the
   * evidence decides.
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
 */
export type MatchKind = "RETURNS" | "RECREATED" | "MOVES" | "WILL_MOVE" | "PRECEDES";

export type MatchedRecord = RecordCandidate & {
  readonly kind: MatchKind;
  /** Whether the record starts another employment without a hire. */
  readonly isMove: boolean;
  /** Whether the person will still move to the known coming record. */
  readonly keepsNext: boolean;
};

/** What the record means for its person; null as long as the current record exists beside it. */
export function joinRecord(candidate: RecordCandidate, gone: ReadonlySet<string>): MatchedRecord | null {
  const { staged, stored, today } = candidate;
  const isGone = gone.has(stored.personioId);
  const hireDate = staged.fields.hireDate ?? null;
  const lastDay = lastDayOf(candidate);
  const wasNext = stored.nextPersonioId === staged.personioId;
  const isMove =
    stored.status !== "INACTIVE" &&
    lastDay !== null &&
    hireDate !== null &&
    startsBy(hireDate, lastDay) &&
    (lastDay >= today || wasNext);
  // A recreated record keeps its hire date; a later one belongs to a new employment.
  const isNext = isMove && (!isGone || hireDate > (stored.hireDate ?? ""));
  const join = (kind: MatchKind): MatchedRecord => ({
    ...candidate,
    kind,
    isMove: isNext,
    keepsNext: false,
  });

  if (isMove && !isGone) return join(hireDate <= today ? "MOVES" : "WILL_MOVE");
  // HR deleted the current record of a known move. The person works under it until the first day of the next.
  if (isNext && wasNext && hireDate > today) return join("WILL_MOVE");
  const began = sentOr(candidate, "hireDate");
  // A last day before the hire date belongs to an earlier employment: HR rehired on the current record.
  const isOver = lastDay !== null && lastDay < today && !(began !== null && began > lastDay);
  if (statusOf(candidate) === "INACTIVE" || (isOver && !isMove)) return join("RETURNS");
  return isGone ? join("RECREATED") : null;
}

/** No later than the day after the last day. Compared so that the last day may be 9999-12-31. */
export const startsBy = (hireDate: string, lastDay: string): boolean =>
  hireDate <= lastDay || hireDate === addDays(lastDay, 1);

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

/**
 * A webhook may name the next record of a move alone, so the person enters with it. Then the former record
 * arrives, with the altered address. It began earlier, and ends before the first day of the current one. Null
 * in other cases, or if two records precede the current one.
 */
export function joinPreceding(
  rivals: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
): MatchedRecord | null {
  const [preceding, ...others] = rivals.filter((rival) => precedes(rival, gone));
  if (!preceding || others.length > 0) return null;
  // Its dates replace those of the coming record, so events that fired for that record are corrected now.
  return { ...preceding, kind: "PRECEDES", isMove: false, keepsNext: false };
}

/** Whether the record is the one from which its person moves to the current record. */
export function precedes(candidate: RecordCandidate, gone: ReadonlySet<string>): boolean {
  const { staged, stored, known } = candidate;
  if (known !== null || gone.has(stored.personioId) || !hasAlteredAddress(candidate)) return false;
  const { hireDate = null, terminationDate = null } = staged.fields;
  const began = sentOr(candidate, "hireDate");
  if (statusOf(candidate) === "INACTIVE" || !hireDate || !terminationDate || !began) return false;
  return hireDate < began && startsBy(began, terminationDate);
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
  const isRecreated = (rival: RecordCandidate): boolean => rival.known === null && hasAlteredAddress(rival);
  const [recreated, ...others] = rivals.filter(isRecreated);
  const coming = rivals.filter((rival) => !isRecreated(rival) && rival.known !== "FORMER");
  if (!recreated || others.length > 0 || coming.length > 1) return null;
  const { nextPersonioId } = recreated.stored;
  const joined = joinRecord(recreated, gone);
  if (joined?.kind !== "RECREATED") return null;
  return { ...joined, keepsNext: nextPersonioId !== null && !gone.has(nextPersonioId) };
}

/** Whether the record has the person's address as Personio alters it beside a coming record. */
export const hasAlteredAddress = ({ staged, stored }: RecordCandidate): boolean =>
  isAlteredEmail(staged.fields.workEmail ?? "", stored.workEmail ?? "");
