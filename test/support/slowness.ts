/** What the piece of work below takes on the quiet machine on which the bounds of the tests were set: a core of 2026 with nothing else to do. */
const QUIET_MS = 160;

const ROUNDS = 300;

/** A piece of work like the service's own: it makes objects, text and garbage. Long enough for the share of a core to show. */
function workAWhile(): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: `${round}-${index}`,
      at: index * round,
    }));
    JSON.parse(JSON.stringify(rows));
  }
}

/** How many times slower than a quiet machine this one is at the moment: 1 there and on faster ones, 2 with half a core. */
export function measureSlowness(): number {
  const startedAt = performance.now();
  workAWhile();
  return Math.max(1, (performance.now() - startedAt) / QUIET_MS);
}

/** The same in time of CPU: how much slower this machine computes, whatever else runs on it. For bounds that are measured in CPU too. */
export function measureCpuSlowness(): number {
  const before = process.threadCpuUsage();
  workAWhile();
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(1, (user + system) / 1_000 / QUIET_MS);
}

export type Timed<Result> = {
  readonly result: Result;
  /** How long it took. */
  readonly ms: number;
  /** How long that would have been on a quiet machine, by what the machine was able to do just before and just after. */
  readonly quietMs: number;
};

/** Times something that a bound of the product holds for, so that the bound neither depends on the machine nor on its other work. */
export async function timed<Result>(work: () => PromiseLike<Result> | Result): Promise<Timed<Result>> {
  const before = measureSlowness();
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  return { result, ms, quietMs: ms / Math.max(before, measureSlowness()) };
}
