import type { TranslatedPerson } from "../read/translate.ts";
import type { MatchedRecords } from "./match-records.ts";
import { comparePeople } from "./same-person.ts";

/**
 * Two records that no run has seen before. The address of the former one is that of the next one, as Personio
 * alters it.
 */
export type NewcomerPair = { readonly former: TranslatedPerson; readonly next: TranslatedPerson };

/**
 * Finds two new records of one person in the same read, such as in the first import during a move. The
 * former record enters the directory with the unaltered address, and the next one waits. So the next run
 * compares the waiting record with a known person (`matchRecords`). Only records that agree with exactly one
 * other are a pair. Pure.
 *
 * @param rivalOf the records that lose their address, or may not have it: they do not form a pair.
 */
export function pairNewcomers(
  pairs: readonly NewcomerPair[],
  records: MatchedRecords,
  rivalOf: ReadonlyMap<string, string>,
): MatchedRecords {
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
  const waiting = found.map(({ former, next }) => [next.personioId, former.personioId] as const);
  const awaited = found.map(({ former, next }) => [former.personioId, next.fields.workEmail ?? ""] as const);
  return {
    ...records,
    waiting: new Map([...records.waiting, ...waiting]),
    awaited: new Map([...records.awaited, ...awaited]),
  };
}

function isOnePerson({ fields }: TranslatedPerson, next: TranslatedPerson): boolean {
  const { dateOfBirth = null, employeeId = null, firstName, lastName } = fields;
  const former = { dateOfBirth, employeeId, firstName: firstName ?? "", lastName: lastName ?? "" };
  return comparePeople(next.fields, former) === "SAME";
}
