import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { EmailClaim } from "./resolve-email-conflicts.ts";
import { comparePeople, isAlteredEmail } from "./same-person.ts";

/** A record that is no person's current one, paired with a person whose record it may be. */
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
 * - `WILL_MOVE`: the first day there is to come, and the current record stays current until then.
 */
export type MatchKind = "RETURNS" | "RECREATED" | "MOVES" | "WILL_MOVE";

export type MatchedRecord = RecordCandidate & {
  readonly kind: MatchKind;
  /** Whether the record starts another employment without a hire. */
  readonly isMove: boolean;
  /** Whether the person will still move to the known coming record. */
  readonly keepsNext: boolean;
};

export type MatchedRecords = {
  /** By the new record's id: the known person, and what the record means for them. */
  readonly personOf: ReadonlyMap<string, MatchedRecord>;
  /** The ids of records that the plan skips, because it plans their person with another one. */
  readonly replaced: ReadonlySet<string>;
  /** Records that wait, because their person's current record still exists; with the id of that one. */
  readonly waiting: ReadonlyMap<string, string>;
  /**
   * By the id of a current record: the address of the waiting record. The current one keeps it, also if
   * altered.
   */
  readonly awaited: ReadonlyMap<string, string>;
  /**
   * Records that may belong to a person, with the id of that person's record: new people, with a ledger
   * entry.
   */
  readonly ambiguous: ReadonlyMap<string, string>;
};

/**
 * Finds new records of people in the directory. Personio creates a new record for a
 * rehire, for a move between legal entities and after a deletion. So the evidence has to come from the
 * records (`comparePeople`). If two records agree with one person, neither matches, except the record of a
 * coming move. Pure.
 *
 * @param gone ids of records for which Personio returns 404.
 */
export function matchRecords(
  candidates: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
): MatchedRecords {
  const agreeing = new Map<string, RecordCandidate>();
  const ambiguous = new Map<string, string>();
  const ofPersons = candidates.filter((candidate) => hasAddressOfPerson(candidate, gone));
  for (const candidate of latestFirst(ofPersons)) {
    const { personioId, fields } = candidate.staged;
    if (agreeing.has(personioId)) continue;
    const verdict = candidate.known ? "SAME" : comparePeople(fields, candidate.stored);
    if (verdict === "SAME") agreeing.set(personioId, candidate);
    if (verdict === "UNKNOWN" && !ambiguous.has(personioId))
      ambiguous.set(personioId, candidate.stored.personioId);
  }
  for (const personioId of agreeing.keys()) ambiguous.delete(personioId);

  const personOf = new Map<string, MatchedRecord>();
  const waiting = new Map<string, string>();
  const awaited = new Map<string, string>();
  const coming = new Set<string>();
  for (const [currentId, rivals] of Map.groupBy(agreeing.values(), ({ stored }) => stored.personioId)) {
    const recreated = joinRecreated(rivals, gone);
    if (recreated) {
      personOf.set(recreated.staged.personioId, recreated);
      for (const { staged } of rivals) if (staged !== recreated.staged) coming.add(staged.personioId);
      continue;
    }
    const next = rivals.find(({ staged, stored }) => staged.personioId === stored.nextPersonioId);
    const only = next ?? (rivals.length === 1 ? rivals[0] : undefined);
    const joined = only && joinRecord(only, gone);
    if (joined) {
      personOf.set(joined.staged.personioId, joined);
      continue;
    }
    const [another] = rivals.filter(({ known }) => known !== "FORMER");
    if (another?.staged.fields.workEmail) awaited.set(currentId, another.staged.fields.workEmail);
    if (another && another === only) waiting.set(another.staged.personioId, currentId);
  }
  const replaced = new Set([...coming, ...Array.from(personOf.values(), ({ stored }) => stored.personioId)]);
  return { personOf, replaced, waiting, awaited, ambiguous };
}

/**
 * HR may give a current person another address; then a stranger may have the former one. An altered address
 * belongs to a person whose current record is gone.
 */
function hasAddressOfPerson(candidate: RecordCandidate, gone: ReadonlySet<string>): boolean {
  const { staged, stored, current, known } = candidate;
  const wanted = staged.fields.workEmail ?? null;
  const own = current.staged?.fields.workEmail ?? stored.workEmail;
  if (hasAlteredAddress(candidate)) return known !== null || gone.has(stored.personioId);
  if (known !== null || statusOf(candidate) === "INACTIVE" || own === null || wanted === null) return true;
  return own === wanted || isAlteredEmail(own, wanted);
}

/** Whether the record has the person's address as Personio alters it beside a coming record. */
const hasAlteredAddress = ({ staged, stored }: RecordCandidate): boolean =>
  isAlteredEmail(staged.fields.workEmail ?? "", stored.workEmail ?? "");

/**
 * HR recreated the current record of a person who will move. The new record is the current one now, and the
 * coming record stays the coming one. If this run reads that one first, the next run finds it. Null in other
 * cases.
 */
function joinRecreated(rivals: readonly RecordCandidate[], gone: ReadonlySet<string>): MatchedRecord | null {
  const isRecreated = (rival: RecordCandidate): boolean => rival.known === null && hasAlteredAddress(rival);
  const [recreated, ...others] = rivals.filter(isRecreated);
  const [coming, ...further] = rivals.filter((rival) => !isRecreated(rival) && rival.known !== "FORMER");
  if (!recreated || others.length > 0 || further.length > 0) return null;
  const { nextPersonioId } = recreated.stored;
  const keepsNext = nextPersonioId !== null && !gone.has(nextPersonioId);
  const joined = coming || keepsNext ? joinRecord(recreated, gone) : null;
  return joined?.kind === "RECREATED" ? { ...joined, keepsNext } : null;
}

/** What the record means for its person; null as long as the current record exists beside it. */
function joinRecord(candidate: RecordCandidate, gone: ReadonlySet<string>): MatchedRecord | null {
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
  const began = sentOr(candidate, "hireDate");
  // A last day before the hire date belongs to an earlier employment: HR rehired on the current record.
  const isOver = lastDay !== null && lastDay < today && !(began !== null && began > lastDay);
  if (statusOf(candidate) === "INACTIVE" || (isOver && !isMove)) return join("RETURNS");
  return isGone ? join("RECREATED") : null;
}

/** No later than the day after the last day. Compared so that the last day may be 9999-12-31. */
const startsBy = (hireDate: string, lastDay: string): boolean =>
  hireDate <= lastDay || hireDate === addDays(lastDay, 1);

const sentOr = <Field extends "status" | "hireDate" | "terminationDate">(
  { current, stored }: RecordCandidate,
  field: Field,
): PersonRecord[Field] => {
  const sent = current.staged?.fields[field];
  return sent === undefined ? stored[field] : (sent as PersonRecord[Field]);
};

const statusOf = (candidate: RecordCandidate) => sentOr(candidate, "status") ?? candidate.stored.status;

/** The last day of the current record's employment, as read now or as stored. */
export const lastDayOf = (candidate: RecordCandidate): string | null => sentOr(candidate, "terminationDate");

/**
 * The address of the person after this run. Before a move, the address of the current record counts. Personio
 * alters that one to free it for the new record, and the directory keeps the unaltered one.
 */
export function matchedEmail({ kind, staged, stored, current }: MatchedRecord): string | null {
  const wanted = staged.fields.workEmail ?? stored.workEmail;
  if (kind === "RECREATED" && isAlteredEmail(wanted ?? "", stored.workEmail ?? "")) return stored.workEmail;
  if (kind !== "WILL_MOVE") return wanted;
  const own = current.staged?.fields.workEmail ?? stored.workEmail;
  if (own === null) return wanted;
  const unaltered = [wanted, stored.workEmail].find((email) => email !== null && isAlteredEmail(own, email));
  return unaltered ?? own;
}

/**
 * The same claims by person instead of by record: a person with two records claims one address, and keeps
 * holding it.
 */
export function claimByPerson(
  claims: readonly EmailClaim[],
  { personOf, replaced, waiting, awaited }: MatchedRecords,
): EmailClaim[] {
  return claims.flatMap((claim) => {
    if (replaced.has(claim.personioId) || waiting.has(claim.personioId)) return [];
    const joined = personOf.get(claim.personioId);
    if (joined) {
      const { stored } = joined;
      return [
        {
          ...claim,
          wants: matchedEmail(joined),
          holds: stored.status === "INACTIVE" ? null : stored.workEmail,
        },
      ];
    }
    const kept = awaited.get(claim.personioId);
    return [kept && claim.wants && isAlteredEmail(claim.wants, kept) ? { ...claim, wants: kept } : claim];
  });
}

/** Sorts candidates: known ones first, then the person who left last; the order is stable. */
const latestFirst = (candidates: readonly RecordCandidate[]): RecordCandidate[] =>
  candidates.toSorted(
    (one, other) =>
      Number(other.known !== null) - Number(one.known !== null) ||
      (lastDayOf(other) ?? "").localeCompare(lastDayOf(one) ?? "") ||
      one.stored.personioId.localeCompare(other.stored.personioId),
  );
