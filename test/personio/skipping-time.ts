import type { Time } from "../../src/personio/http/time.ts";

/** A clock that moves only when code waits, and then at once. `waits` lists the waits, in milliseconds. */
export type SkippingTime = Time & {
  readonly waits: number[];
  advance(ms: number): void;
};

export function createSkippingTime({ random = 0.5 }: { random?: number } = {}): SkippingTime {
  let now = 1_000_000;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    random: () => random,
    advance: (ms) => {
      now += ms;
    },
    wait: async (ms, signal) => {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}
