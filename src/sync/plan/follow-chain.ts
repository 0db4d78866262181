import {
  ALONE,
  daysOfCurrent,
  endsBesideAnother,
  hasAlteredAddress,
  joinRecord,
  joinRecreated,
  lastDayOf,
  type MatchedRecord,
  type RecordCandidate,
  statusOf,
} from "./join-record.ts";
import {
  byFirstDay,
  daysOf,
  goesOn,
  hasLeft,
  isInOrder,
  recordsAfter,
  recordsBefore,
} from "./record-chain.ts";

/** What the records of one person in one read mean together. */
export type Chain = {
  /** Null if they change nothing yet. */
  readonly joined: MatchedRecord | null;
  /** Records that a later run joins, because other records of the person come first. */
  readonly later: readonly RecordCandidate[];
  /** The record that waits until the current one ends, or is gone. */
  readonly waits: RecordCandidate | null;
  /** Another record with the address of the person: the current one keeps it, also if altered. */
  readonly rival: RecordCandidate | null;
};

const NOTHING: Chain = { joined: null, later: [], waits: null, rival: null };

/**
 * Puts the new records of one person in the order of their first days. Those before the current record come
 * from runs that read a later one alone. Those after it continue it one by one, as if a run had read each
 * in time. The first one that has not begun is the coming one. Pure.
 *
 * @param rivals all records of this read that agree with one person.
 */
export function followChain(
  rivals: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
  { partial }: { readonly partial: boolean },
): Chain {
  const [person] = rivals;
  if (!person) return NOTHING;
  const before = recordsBefore(
    daysOfCurrent(person),
    rivals.filter((rival) => mayPrecede(rival, gone)),
  );
  const preceding = joinPreceding(before);
  if (preceding) {
    const entered = [preceding.staged, ...preceding.formers];
    return { ...NOTHING, joined: preceding, later: without(rivals, entered) };
  }
  const after = rivals.filter((rival) => !before.includes(rival));
  const chain = followCurrent(after, gone);
  const formers = before.map(({ staged }) => staged);
  if (partial && chain.joined && mayLackRecord(chain.joined)) return waitAll(after);
  if (chain.joined)
    return { ...chain, joined: { ...chain.joined, formers: [...formers, ...chain.joined.formers] } };
  const last = before.at(-1);
  if (!last || statusOf(person) === "INACTIVE") return chain;
  const { nextPersonioId } = person.stored;
  const keepsNext = nextPersonioId !== null && !gone.has(nextPersonioId);
  return { ...chain, joined: { ...last, ...ALONE, kind: "PRECEDED", keepsNext, formers } };
}

/**
 * A record from before the current one. It may still run, but not if the person has left, or HR has deleted
 * the current one.
 */
const mayPrecede = (rival: RecordCandidate, gone: ReadonlySet<string>): boolean =>
  rival.known === null &&
  hasAlteredAddress(rival) &&
  daysOf(rival.staged).from !== null &&
  (hasLeft(rival.staged) || (!gone.has(rival.stored.personioId) && statusOf(rival) !== "INACTIVE"));

/**
 * A webhook may name the next record of a move alone, so the person enters with it. Then the former record
 * arrives, with the altered address. It began earlier, and ends before the first day of the current one. Null
 * in other cases. The first record that still runs is the current one; the ended ones before it are former
 * ones.
 */
function joinPreceding(before: readonly RecordCandidate[]): MatchedRecord | null {
  const place = before.findIndex(({ staged }) => !hasLeft(staged));
  const preceding = before[place];
  if (!preceding) return null;
  const formers = before.slice(0, place).map(({ staged }) => staged);
  // Its dates replace those of the coming record, so events that fired for that record are corrected now.
  return { ...preceding, ...ALONE, kind: "PRECEDES", formers, coming: before[place + 1]?.staged ?? null };
}

/** A read of some people may lack the record in the gap before a return, or after the last one. */
function mayLackRecord({ kind, staged, stored, current }: MatchedRecord): boolean {
  if (endsBesideAnother({ staged, stored })) return true;
  return (
    kind === "RETURNS" && current.staged !== null && endsBesideAnother({ staged: current.staged, stored })
  );
}

function waitAll(rivals: readonly RecordCandidate[]): Chain {
  const [waits = null, ...later] = rivals.filter(({ staged }) => !hasLeft(staged)).toSorted(byFirstDay);
  return { ...NOTHING, waits, later, rival: later.at(-1) ?? waits };
}

/** The records that are not from before the current one. */
function followCurrent(rivals: readonly RecordCandidate[], gone: ReadonlySet<string>): Chain {
  const recreated = joinRecreated(rivals, gone);
  if (recreated) return { ...NOTHING, joined: recreated, later: without(rivals, [recreated.staged]) };
  const successors = findSuccessors(rivals, gone);
  const chain = joinSuccessors(successors, gone);
  if (chain.joined) return chain;
  const isNew = ({ known, staged }: RecordCandidate): boolean => known !== "FORMER" && !hasLeft(staged);
  const waits = chain.waits && isNew(chain.waits) ? chain.waits : null;
  return { ...chain, waits, rival: chain.later.at(-1) ?? waits ?? rivals.find(isNew) ?? null };
}

/**
 * The records that follow the current one, in order. If their days do not show an order, only the known
 * coming record counts, or the only one.
 */
function findSuccessors(
  rivals: readonly RecordCandidate[],
  gone: ReadonlySet<string>,
): readonly RecordCandidate[] {
  const sorted = rivals.filter((rival) => !isOver(rival)).toSorted(byFirstDay);
  const end = sorted.findLastIndex(
    (rival, place) => !hasLeft(rival.staged) || isEnd(rival, { former: sorted[place - 1], gone }),
  );
  const successors = sorted.slice(0, end + 1);
  if (successors.length < 2 || (isInOrder(successors) && successors.every(isFollowing))) return successors;
  return successors.filter(({ staged, stored }) => staged.personioId === stored.nextPersonioId);
}

/** A webhook may have named a later record first: it is a former one now, and comes again without a gap. */
function isFollowing(rival: RecordCandidate, place: number, successors: readonly RecordCandidate[]): boolean {
  const former = successors[place - 1];
  const before = former ? daysOf(former.staged) : daysOfCurrent(rival);
  return rival.known !== "FORMER" || goesOn(before, daysOf(rival.staged));
}

/** An ended record from before the current one does not come again. Of known ones, only later ones do. */
function isOver(rival: RecordCandidate): boolean {
  const [own, current] = [daysOf(rival.staged), daysOfCurrent(rival)];
  if (own.until === null || own.until >= rival.today) return false;
  if (rival.known === "FORMER") return !isLater(own.from, current.until);
  return isLater(current.from, own.from);
}

const isLater = (day: string | null, other: string | null): boolean =>
  day !== null && other !== null && day > other;

/**
 * The last record of a person who leaves may have ended before a run read its first day. HR may also have
 * recreated the current one.
 */
function isEnd(
  rival: RecordCandidate,
  { former, gone }: { readonly former: RecordCandidate | undefined; readonly gone: ReadonlySet<string> },
): boolean {
  const isOver = (lastDayOf(rival) ?? rival.today) < rival.today;
  if (rival.known === "NEXT") return isOver;
  if (rival.stored.status === "INACTIVE") return false;
  if (gone.has(rival.stored.personioId)) return rival.known === null;
  return (
    statusOf(rival) === "INACTIVE" &&
    goesOn(former ? daysOf(former.staged) : daysOfCurrent(rival), daysOf(rival.staged))
  );
}

function joinSuccessors(successors: readonly RecordCandidate[], gone: ReadonlySet<string>): Chain {
  let joined: MatchedRecord | null = null;
  for (const [place, rival] of successors.entries()) {
    const step = joinRecord(joined ? { ...rival, ...asCurrent(joined, rival) } : rival, gone);
    const later = successors.slice(place + 1);
    if (!step) return { ...NOTHING, joined, waits: rival, later };
    if (step.kind === "WILL_MOVE") {
      const known = { later: recordsAfter(daysOf(rival.staged), later) };
      if (!joined) return { ...NOTHING, joined: { ...step, ...known }, later };
      return {
        ...NOTHING,
        joined: { ...joined, ...known, coming: rival.staged },
        later: [rival, ...later],
      };
    }
    joined = joined ? continued(joined, step, rival) : step;
  }
  return { ...NOTHING, joined };
}

/**
 * The person under the record that the former step has joined. A run in time would have known the next one.
 */
const asCurrent = (
  { staged, stored }: MatchedRecord,
  next: RecordCandidate,
): Pick<RecordCandidate, "stored" | "current"> => ({
  stored: {
    ...stored,
    personioId: staged.personioId,
    status: "ACTIVE",
    hireDate: staged.fields.hireDate ?? null,
    terminationDate: null,
    nextPersonioId: goesOn(daysOf(staged), daysOf(next.staged)) ? next.staged.personioId : null,
  },
  current: { wasRead: true, staged },
});

/** Two steps as one. A person who has returned on the way returns, also if a move follows. */
const continued = (one: MatchedRecord, other: MatchedRecord, rival: RecordCandidate): MatchedRecord => ({
  ...rival,
  ...ALONE,
  kind: one.kind === "RETURNS" ? "RETURNS" : other.kind,
  isMove: other.isMove,
  formers: [...one.formers, one.staged],
});

const without = (
  rivals: readonly RecordCandidate[],
  staged: readonly RecordCandidate["staged"][],
): RecordCandidate[] => rivals.filter((rival) => !staged.includes(rival.staged));
