import type { TranslatedPerson } from "../read/translate.ts";
import { startsBy } from "./join-record.ts";
import type { MatchedRecords } from "./match-records.ts";
import { comparePeople } from "./same-person.ts";

/**
 * Two records that no run has seen before. The address of the former one is that of the next one, as Personio
 * alters it.
 */
export type NewcomerPair = { readonly former: TranslatedPerson; readonly next: TranslatedPerson };

export type PairedRecords = MatchedRecords & {
  /** By the id of a newcomer's record: the record to which they move. */
  readonly coming: ReadonlyMap<string, TranslatedPerson>;
};

/**
 * Finds two new records of one person in the same read, such as in the first import during a move. The
 * former record enters the directory with the unaltered address. If the person moves, they enter with the id
 * of the next record. After a gap the next record waits, and the next run compares it with a known person
 * (`matchRecords`). Only records that agree with exactly one other are a pair. Pure.
 *
 * @param rivalOf the records that lose their address, or may not have it: they do not form a pair.
 */
export function pairNewcomers(
  pairs: readonly NewcomerPair[],
  records: MatchedRecords,
  rivalOf: ReadonlyMap<string, string>,
): PairedRecords {
  const isFree = ({ personioId }: TranslatedPerson): boolean =>
    !records.personOf.has(personioId) &&
    !records.waiting.has(personioId) &&
    !records.ambiguous.has(personioId) &&
    !rivalOf.has(personioId);
  const agreeing = pairs.filter(
    ({ former, next }) => isFree(former) && isFree(next) && isOnePerson(former, next),
  );
  const ofFormer = Map.groupBy(agreeing, ({ former }) => former.personioId);
  const ofNext = Map.groupBy(agreeing, ({ next }) => next.personioId);
  const found = agreeing.filter(
    ({ former, next }) =>
      ofFormer.get(former.personioId)?.length === 1 && ofNext.get(next.personioId)?.length === 1,
  );
  const [moves, others] = [found.filter(isMove), found.filter((pair) => !isMove(pair))];
  const coming = moves.map(({ former, next }) => [former.personioId, next] as const);
  const waiting = others.map(({ former, next }) => [next.personioId, former.personioId] as const);
  const awaited = found.map(({ former, next }) => [former.personioId, next.fields.workEmail ?? ""] as const);
  return {
    ...records,
    coming: new Map(coming),
    replaced: new Set([...records.replaced, ...moves.map(({ next }) => next.personioId)]),
    waiting: new Map([...records.waiting, ...waiting]),
    awaited: new Map([...records.awaited, ...awaited]),
  };
}

function isOnePerson({ fields }: TranslatedPerson, next: TranslatedPerson): boolean {
  const { dateOfBirth = null, employeeId = null, firstName, lastName } = fields;
  const former = { dateOfBirth, employeeId, firstName: firstName ?? "", lastName: lastName ?? "" };
  return comparePeople(next.fields, former) === "SAME";
}

/**
 * Whether the person goes on without a gap. This holds also after the last day: the next run then reads the
 * first day of the next record, and the person has moved.
 */
function isMove({ former, next }: NewcomerPair): boolean {
  const { terminationDate = null } = former.fields;
  const { hireDate = null } = next.fields;
  return terminationDate !== null && hireDate !== null && startsBy(hireDate, terminationDate);
}
