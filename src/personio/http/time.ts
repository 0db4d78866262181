import { setTimeout as sleep } from "node:timers/promises";

/** Clock, chance and waiting, so that a test can wait an hour in a millisecond. */
export type Time = {
  /** Milliseconds of a monotonic clock: setting the computer's clock back must not stop the queue. */
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
    // Rounded up: timers drop fractions, and an early request breaks the limit. `sleep` rejects with its own
    // AbortError, but callers expect the reason of their signal.
    await sleep(Math.ceil(ms), undefined, signal && { signal }).catch(() => undefined);
    signal?.throwIfAborted();
  },
};
