import type { TranslatedPerson } from "../read/translate.ts";
import type { MatchedRecords } from "./match-records.ts";
import { byFirstDay, daysOf, hasLeft, isInOrder, recordsBefore } from "./record-chain.ts";
import { comparePeople, haveOneOriginal } from "./same-person.ts";

/**
 * Two records that no run has seen before. The address of the former one is that of the next one, as Personio
 * alters it, or both are altered.
 */
export type NewcomerPair = {
  readonly former: TranslatedPerson;
  readonly next: TranslatedPerson;
  /** The calendar day of the company. */
  readonly today: string;
};

/** How a newcomer moves: from the first record, and to the coming one. One of them may be the current one. */
export type NewcomerMove = NewcomerPair & {
  /** Records that are over. */
  readonly formers: readonly TranslatedPerson[];
  /** The records after the coming one, without a gap. */
  readonly later: readonly TranslatedPerson[];
};

export type PairedRecords = MatchedRecords & {
  /** By the id of the record with which a newcomer enters: the records of their moves. */
  readonly moves: ReadonlyMap<string, NewcomerMove>;
};

/**
 * Finds new records of one person in the same read, such as in the first import during a move. All but the
 * last one have its address in altered form. The person enters with the first record that has not ended, and
 * the unaltered address. The ended ones before it are former records, and the next one is the coming one.
 * After a gap the next record waits, and the next run compares it with a known person (`matchRecords`). An
 * ended record before a gap belongs to no person. If two records claim the same place, neither counts. A read
 * of some people may lack the last record; then the later one waits. Pure.
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
    !records.replaced.has(personioId) &&
    !records.waiting.has(personioId) &&
    !records.ambiguous.has(personioId) &&
    !rivalOf.has(personioId);
  const ofOnePerson = pairs.filter(
    ({ former, next }) => isFree(former) && isFree(next) && isOnePerson(former, next),
  );
  const agreeing = ofOnePerson.filter((one) => !areBothAltered(one));
  const ofFormer = Map.groupBy(agreeing, ({ former }) => former.personioId);
  const certain = agreeing.filter(({ former }) => ofFormer.get(former.personioId)?.length === 1);

  const moves = new Map<string, NewcomerMove>();
  const replaced = new Set(records.replaced);
  const waiting = new Map(records.waiting);
  const awaited = new Map(records.awaited);
  for (const ofPerson of Map.groupBy(certain, ({ next }) => next.personioId).values()) {
    const { formers, current, coming, later, waits, afterwards, last, today } = arrange(ofPerson);
    const currentId = current.personioId;
    if (formers.length > 0 || coming)
      moves.set(currentId, { former: formers[0] ?? current, next: coming ?? current, formers, later, today });
    for (const { personioId } of [...(coming ? [coming] : []), ...later, ...afterwards])
      replaced.add(personioId);
    if (waits) waiting.set(waits.personioId, currentId);
    if (current !== last) awaited.set(currentId, last.fields.workEmail ?? "");
  }
  for (const { former, next } of ofOnePerson.filter(areBothAltered)) {
    const isPlaced = [former, next].some(({ personioId }) => ofFormer.has(personioId));
    if (!isPlaced && isInOrder([{ staged: former }, { staged: next }]))
      waiting.set(next.personioId, former.personioId);
  }
  return { ...records, moves, replaced, waiting, awaited };
}

const areBothAltered = ({ former, next }: NewcomerPair): boolean =>
  haveOneOriginal(former.fields.workEmail ?? "", next.fields.workEmail ?? "");

type Arranged = {
  readonly formers: readonly TranslatedPerson[];
  readonly current: TranslatedPerson;
  readonly coming: TranslatedPerson | null;
  /** The records after the coming one, without a gap. */
  readonly later: readonly TranslatedPerson[];
  /** The record after a gap. */
  readonly waits: TranslatedPerson | null;
  /** Records after that one, which a later run joins. */
  readonly afterwards: readonly TranslatedPerson[];
  /** The record with the unaltered address. */
  readonly last: TranslatedPerson;
  readonly today: string;
};

type Item = { readonly staged: TranslatedPerson };

/** Puts the records of one newcomer in the order of their employments. */
function arrange(pairs: readonly NewcomerPair[]): Arranged {
  const { next: last, today } = pairs[0]!;
  const items = pairs.map(({ former }): Item => ({ staged: former }));
  const stretches: Item[][] = [[...recordsBefore(daysOf(last), items), { staged: last }]];
  for (;;) {
    const [first = []] = stretches;
    const earlier = findBeforeGap(first, withoutAll(items, stretches.flat()));
    if (!earlier) break;
    stretches.unshift([...recordsBefore(daysOf(earlier.staged), items), earlier]);
  }
  const [stretch = [], ...others] = stretches;
  const place = stretch.findIndex(({ staged }) => !hasLeft(staged));
  const [coming = null, ...later] = stretch.slice(place + 1).map(({ staged }) => staged);
  const [waits = null, ...afterwards] = others.flat().map(({ staged }) => staged);
  return {
    formers: stretch.slice(0, place).map(({ staged }) => staged),
    current: stretch[place]!.staged,
    coming,
    later,
    waits,
    afterwards,
    last,
    today,
  };
}

/**
 * The record that a person still works under before a gap, or beside a single one without known days. After
 * an ended record, the person works under a later one.
 */
function findBeforeGap(stretch: readonly Item[], items: readonly Item[]): Item | undefined {
  const [first] = stretch;
  if (!first || hasLeft(first.staged)) return undefined;
  const running = items.filter(({ staged }) => !hasLeft(staged));
  if (stretch.length === 1 && running.length === 1) return running[0];
  const { from } = daysOf(first.staged);
  const isBefore = ({ staged }: Item): boolean => {
    const { until } = daysOf(staged);
    return from !== null && until !== null && until < from;
  };
  return running.every(isBefore) ? running.toSorted(byFirstDay).at(-1) : undefined;
}

const withoutAll = (items: readonly Item[], taken: readonly Item[]): Item[] =>
  items.filter(({ staged }) => !taken.some((other) => other.staged === staged));

function isOnePerson({ fields }: TranslatedPerson, next: TranslatedPerson): boolean {
  const { dateOfBirth = null, employeeId = null, firstName, lastName } = fields;
  const former = { dateOfBirth, employeeId, firstName: firstName ?? "", lastName: lastName ?? "" };
  return comparePeople(next.fields, former) === "SAME";
}
