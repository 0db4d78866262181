import { setTimeout as sleep } from "node:timers/promises";

/** Time and chance, so that a test can wait an hour in a millisecond. */
export type Time = {
  /** Milliseconds of a clock that only goes forward: a computer clock set back must not stop the queue. */
  readonly now: () => number;
  /** At least 0, below 1. */
  readonly random: () => number;
  /** Rejects with the reason of `signal` as soon as that is aborted. */
  readonly wait: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export const realTime: Time = {
  now: () => performance.now(),
  random: () => Math.random(),
  wait: async (ms, signal) => {
    // Rounded up, for timers drop fractions and a request that goes out early breaks the limit. `sleep` rejects with an
    // AbortError of its own; callers were promised the reason that they gave.
    await sleep(Math.ceil(ms), undefined, signal && { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  },
};
