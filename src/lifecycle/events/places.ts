/**
 * An epoch of the log: all events after `after`, up to the begin of the next epoch. A restore begins a new
 * one.
 */
export type Epoch = { readonly epoch: number; readonly after: number };

/**
 * A place in the log: the number of an event, its stamp, and its epoch. After a restore another event may get
 * the same number, but never the same stamp. 0 is before the first event. Only events of versions without
 * stamps have no stamp.
 */
export type Place = { readonly seq: number; readonly stamp: number | null; readonly epoch: number };

/** The two ends of a tenant's log; positions are checked against them. */
export type LogEnds = {
  readonly lastSeq: number;
  readonly lastStamp: number | null;
  readonly prunedSeq: number;
  readonly prunedStamp: number | null;
  readonly epochs: readonly Epoch[];
};

/** The first epoch of logs from versions without epochs. */
export const FIRST_EPOCH = 0;

/** The ends before the first sync. */
export const NO_LOG: LogEnds = { lastSeq: 0, lastStamp: null, prunedSeq: 0, prunedStamp: null, epochs: [] };

/** The epoch that an event belongs to. */
export const epochAt = (epochs: readonly Epoch[], seq: number): number =>
  (epochs.findLast(({ after }) => after < seq) ?? epochs[0])?.epoch ?? FIRST_EPOCH;

export const placeOf = (epochs: readonly Epoch[], event: { seq: number; stamp: number | null }): Place => ({
  seq: event.seq,
  stamp: event.stamp,
  epoch: epochAt(epochs, event.seq),
});

export const isSamePlace = (one: Place, other: Place): boolean =>
  one.seq === other.seq && one.stamp === other.stamp && one.epoch === other.epoch;

export const endOf = ({ epochs, lastSeq, lastStamp }: LogEnds): Place =>
  placeOf(epochs, { seq: lastSeq, stamp: lastStamp });

/** The place of the last pruned event: every event after it exists. */
export const beginningOf = ({ epochs, prunedSeq, prunedStamp }: LogEnds): Place =>
  placeOf(epochs, { seq: prunedSeq, stamp: prunedStamp });
