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
  /** By the id of the record with which a newcomer enters: both records of their move. */
  readonly moves: ReadonlyMap<string, NewcomerPair>;
};

/**
 * Finds two new records of one person in the same read, such as in the first import during a move. The
 * former record enters the directory with the unaltered address. If the person moves, they enter with the id
 * of the next record. After a gap the next record waits, and the next run compares it with a known person
 * (`matchRecords`). If the former record has left, a person who moved enters with the next one. Only records
 * that agree with exactly one other are a pair. Pure.
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
  const found = withoutRivals(agreeing.filter((pair) => !hasLeft(pair)));
  const moving = found.filter(isMove);
  const waiting = found.filter((pair) => !isMove(pair));
  return {
    ...records,
    moves: new Map([
      ...moving.map((pair) => [pair.former.personioId, pair] as const),
      ...findMoved(agreeing).map((pair) => [pair.next.personioId, pair] as const),
    ]),
    replaced: new Set([...records.replaced, ...moving.map(({ next }) => next.personioId)]),
    waiting: new Map([
      ...records.waiting,
      ...waiting.map(({ former, next }) => [next.personioId, former.personioId] as const),
    ]),
    awaited: new Map([
      ...records.awaited,
      ...found.map(({ former, next }) => [former.personioId, next.fields.workEmail ?? ""] as const),
    ]),
  };
}

/** The pairs of people who had moved before this read. */
function findMoved(pairs: readonly NewcomerPair[]): NewcomerPair[] {
  const withCurrent = new Set(pairs.filter((pair) => !hasLeft(pair)).map(({ next }) => next.personioId));
  const moved = pairs.filter((pair) => hasLeft(pair) && isMove(pair));
  return withoutRivals(moved.filter(({ next }) => !withCurrent.has(next.personioId)));
}

const hasLeft = ({ former }: NewcomerPair): boolean => former.fields.status === "INACTIVE";

function withoutRivals(pairs: readonly NewcomerPair[]): NewcomerPair[] {
  const ofFormer = Map.groupBy(pairs, ({ former }) => former.personioId);
  const ofNext = Map.groupBy(pairs, ({ next }) => next.personioId);
  return pairs.filter(
    ({ former, next }) =>
      ofFormer.get(former.personioId)?.length === 1 && ofNext.get(next.personioId)?.length === 1,
  );
}

function isOnePerson({ fields }: TranslatedPerson, next: TranslatedPerson): boolean {
  const { dateOfBirth = null, employeeId = null, firstName, lastName } = fields;
  const former = { dateOfBirth, employeeId, firstName: firstName ?? "", lastName: lastName ?? "" };
  return comparePeople(next.fields, former) === "SAME";
}

/** Whether the person goes on without a gap, also if the first day of the next record has come already. */
function isMove({ former, next }: NewcomerPair): boolean {
  const { terminationDate = null } = former.fields;
  const { hireDate = null } = next.fields;
  return terminationDate !== null && hireDate !== null && startsBy(hireDate, terminationDate);
}
