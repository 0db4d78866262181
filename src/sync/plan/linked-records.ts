import {
  daysOfCurrent,
  hasAlteredAddress,
  lastDayOf,
  type RecordCandidate,
  statusOf,
} from "./join-record.ts";
import { daysOf, goesOn, hasLeft } from "./record-chain.ts";
import { comparePeople } from "./same-person.ts";

/**
 * Personio alters the address of a record as soon as another one follows it. So an altered address belongs to
 * the person if the record leads to one of their records without a gap, or follows it so. Of a leaver, also
 * if it begins after the last day.
 */
export function withLinked(
  candidates: readonly RecordCandidate[],
  agreeing: ReadonlyMap<string, RecordCandidate>,
): ReadonlyMap<string, RecordCandidate> {
  const all = new Map(agreeing);
  const known = Map.groupBy(agreeing.values(), currentIdOf);
  const altered = latestFirst(candidates).filter(isAlteredOfPerson);
  // By person: HR may move a whole company twice, and each record would be compared with all others.
  for (const [currentId, open] of Map.groupBy(altered, currentIdOf)) {
    const ofPerson = [...(known.get(currentId) ?? [])];
    for (;;) {
      const linked = open.find(
        (candidate) => !all.has(candidate.staged.personioId) && isLinked(candidate, ofPerson),
      );
      if (!linked) break;
      all.set(linked.staged.personioId, linked);
      ofPerson.push(linked);
    }
  }
  return all;
}

const currentIdOf = ({ stored }: RecordCandidate): string => stored.personioId;

const isAlteredOfPerson = (candidate: RecordCandidate): boolean =>
  candidate.known === null &&
  hasAlteredAddress(candidate) &&
  comparePeople(candidate.staged.fields, candidate.stored) === "SAME";

/**
 * Altered records of current people that begin later, but do not follow. A webhook may have named them
 * without the record between. Each belongs to the person, so it waits.
 */
export const findUnordered = (
  candidates: readonly RecordCandidate[],
  joined: ReadonlyMap<string, RecordCandidate>,
  gone: ReadonlySet<string>,
): RecordCandidate[] =>
  candidates.filter((candidate) => {
    const { staged, stored } = candidate;
    const [own, current] = [daysOf(staged).from, daysOfCurrent(candidate).from];
    if (hasLeft(staged) || own === null || current === null || own <= current) return false;
    if (gone.has(stored.personioId) || statusOf(candidate) === "INACTIVE") return false;
    return !joined.has(staged.personioId) && isAlteredOfPerson(candidate);
  });

/** @param ofPerson records of the same person that are linked already. */
function isLinked(candidate: RecordCandidate, ofPerson: readonly RecordCandidate[]): boolean {
  const own = daysOf(candidate.staged);
  if (own.from === null) return false;
  const current = daysOfCurrent(candidate);
  const others = ofPerson.map(({ staged }) => daysOf(staged));
  if (goesOn(current, own) || others.some((other) => goesOn(own, other) || goesOn(other, own))) return true;
  if (hasLeft(candidate.staged)) return goesOn(own, current);
  const isBack = current.until !== null && own.from > current.until;
  return isBack && own.until !== null && statusOf(candidate) === "INACTIVE";
}

/** Sorts candidates: known ones first, then the person who left last; the order is stable. */
export const latestFirst = (candidates: readonly RecordCandidate[]): RecordCandidate[] =>
  candidates.toSorted(
    (one, other) =>
      Number(other.known !== null) - Number(one.known !== null) ||
      (lastDayOf(other) ?? "").localeCompare(lastDayOf(one) ?? "") ||
      one.stored.personioId.localeCompare(other.stored.personioId),
  );
