import type { Time } from "../../src/personio/http/time.ts";

/** A clock that only moves when somebody waits, and then at once. `waits` lists what was waited for, in milliseconds. */
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
