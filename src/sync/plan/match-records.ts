import { addDays } from "../../lifecycle/due/zone-days.ts";
import type { PersonRecord } from "../../people/write/person-record.ts";
import type { TranslatedPerson } from "../read/translate.ts";
import type { EmailClaim } from "./resolve-email-conflicts.ts";
import { comparePeople, isAlteredEmail } from "./same-person.ts";

/** A record that the directory does not know as somebody's current one, beside a person whose it may be. */
export type RecordCandidate = {
  /** The record in question. */
  readonly staged: TranslatedPerson;
  readonly personId: string;
  /** The person, under the current record. */
  readonly stored: PersonRecord;
  /** The current record as this read found it; `staged` is null where it was not read, or is as it was. */
  readonly current: { readonly wasRead: boolean; readonly staged: TranslatedPerson | null };
  /** Why the record is known to be this person's: they had it before, or will go on with it. Null where the evidence decides. */
  readonly known: "FORMER" | "NEXT" | null;
  /** The calendar day where the person works. */
  readonly today: string;
};

/**
 * What a further record means for its person.
 *
 * - `RETURNS`: the person had left, or the last day was over, and is back.
 * - `ANEW`: HR deleted the record and made it anew; nobody left.
 * - `MOVES`: the person goes on in another legal entity, and the first day there has come.
 * - `WILL_MOVE`: the same, and the current record is the current one until then.
 */
export type MatchKind = "RETURNS" | "ANEW" | "MOVES" | "WILL_MOVE";

export type MatchedRecord = RecordCandidate & {
  readonly way: MatchKind;
  /** Whether an employment follows that nobody is hired for. */
  readonly isMove: boolean;
};

export type MatchedRecords = {
  /** By the further record's id: the person, and what it means for them. */
  readonly personOf: ReadonlyMap<string, MatchedRecord>;
  /** The ids of current records about which the further one decides. */
  readonly replaced: ReadonlySet<string>;
  /** Records of people whose current record goes on beside it, with the id of that one: they wait until it is gone. */
  readonly waiting: ReadonlyMap<string, string>;
  /** By the id of a current record: the address that such a record has too. The current one keeps it, also where Personio altered it. */
  readonly awaited: ReadonlyMap<string, string>;
  /** Records that may be a person's, with the id of that person's record: new people, with a line in the ledger. */
  readonly ambiguous: ReadonlyMap<string, string>;
};

/**
 * Which records are further ones of people in the directory. Personio makes a new record for a rehire, for a move between legal entities
 * and after a deletion, so the evidence has to come from the records (`comparePeople`). Of two records that both agree with one person
 * neither is guessed, but the one that the person was going to move to stays the one. Pure.
 *
 * @param gone record ids that Personio has answered with 404.
 */
export function matchRecords(
  candidates: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
): MatchedRecords {
  const agreeing = new Map<string, RecordCandidate>();
  const ambiguous = new Map<string, string>();
  for (const candidate of latestFirst(candidates.filter(hasAddressOfPerson))) {
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
  for (const [currentId, rivals] of Map.groupBy(agreeing.values(), ({ stored }) => stored.personioId)) {
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
  const replaced = new Set(Array.from(personOf.values(), ({ stored }) => stored.personioId));
  return { personOf, replaced, waiting, awaited, ambiguous };
}

/** HR may give somebody who works here another address; then the former one says nothing about who has it now. */
function hasAddressOfPerson(candidate: RecordCandidate): boolean {
  const { staged, stored, current, known } = candidate;
  const wanted = staged.fields.workEmail ?? null;
  const own = current.staged?.fields.workEmail ?? stored.workEmail;
  if (known !== null || statusOf(candidate) === "INACTIVE" || own === null || wanted === null) return true;
  return own === wanted || isAlteredEmail(own, wanted);
}

/** What the record means for its person; null as long as the current record goes on beside it. */
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
    hireDate <= addDays(lastDay, 1) &&
    (lastDay >= today || wasNext);
  // A record made anew has the hire date that it had; a later one is a new employment's.
  const isNext = isMove && (!isGone || hireDate > (stored.hireDate ?? ""));
  const join = (way: MatchKind): MatchedRecord => ({ ...candidate, way, isMove: isNext });

  if (isMove && !isGone) return join(hireDate <= today ? "MOVES" : "WILL_MOVE");
  const began = sentOr(candidate, "hireDate");
  // A last day before the hire date is one of an earlier employment: HR hired again on the current record.
  const isOver = lastDay !== null && lastDay < today && !(began !== null && began > lastDay);
  if (statusOf(candidate) === "INACTIVE" || (isOver && !isMove)) return join("RETURNS");
  return isGone ? join("ANEW") : null;
}

const sentOr = <Field extends "status" | "hireDate" | "terminationDate">(
  { current, stored }: RecordCandidate,
  field: Field,
): PersonRecord[Field] => {
  const sent = current.staged?.fields[field];
  return sent === undefined ? stored[field] : (sent as PersonRecord[Field]);
};

const statusOf = (candidate: RecordCandidate) => sentOr(candidate, "status") ?? candidate.stored.status;

/** The last day of the current record's employment, as Personio says now or as we know it. */
export const lastDayOf = (candidate: RecordCandidate): string | null => sentOr(candidate, "terminationDate");

/**
 * The address that the person has after this run. While the current record is the current one its address counts; Personio alters that
 * to free it for the further record, and what is served is the unaltered one.
 */
export function matchedEmail({ way, staged, stored, current }: MatchedRecord): string | null {
  const wanted = staged.fields.workEmail ?? stored.workEmail;
  if (way !== "WILL_MOVE") return wanted;
  const own = current.staged?.fields.workEmail ?? stored.workEmail;
  if (own === null) return wanted;
  const unaltered = [wanted, stored.workEmail].find((email) => email !== null && isAlteredEmail(own, email));
  return unaltered ?? own;
}

/**
 * The same claims, by person instead of by record: a person with two records claims one address, and holds it all along.
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

/** Of several people who had one address, the one who left last comes first; always in the same order. */
const latestFirst = (candidates: readonly RecordCandidate[]): RecordCandidate[] =>
  candidates.toSorted(
    (one, other) =>
      Number(other.known !== null) - Number(one.known !== null) ||
      (lastDayOf(other) ?? "").localeCompare(lastDayOf(one) ?? "") ||
      one.stored.personioId.localeCompare(other.stored.personioId),
  );
