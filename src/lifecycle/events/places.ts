/** A history of the log: all events behind `after`, up to where the next epoch begins. A restore begins a new one. */
export type Epoch = { readonly epoch: number; readonly after: number };

/**
 * A place in the log: the number of an event, its stamp, and the epoch that it belongs to. After a restore another event may get the
 * number, but never the stamp. 0 is before the first event. Only events of versions without stamps have none.
 */
export type Place = { readonly seq: number; readonly stamp: number | null; readonly epoch: number };

/** How far a tenant's log reaches, as a position is checked against it. */
export type LogEnds = {
  readonly lastSeq: number;
  readonly lastStamp: number | null;
  readonly prunedSeq: number;
  readonly prunedStamp: number | null;
  readonly epochs: readonly Epoch[];
};

/** The first epoch of logs that are older than epochs. */
export const FIRST_EPOCH = 0;

/** Before the first sync. */
export const NO_LOG: LogEnds = { lastSeq: 0, lastStamp: null, prunedSeq: 0, prunedStamp: null, epochs: [] };

/** Which epoch an event belongs to. */
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

/** The last event that was pruned: behind it, everything is still there. */
export const beginningOf = ({ epochs, prunedSeq, prunedStamp }: LogEnds): Place =>
  placeOf(epochs, { seq: prunedSeq, stamp: prunedStamp });
