/**
 * Duration of `workAWhile` on the quiet reference machine of the tests' limits: a core of 2026 with no other
 * load.
 */
const QUIET_MS = 80;

const ROUNDS = 150;

/**
 * Work like the service's own: it creates objects, text and garbage. It runs long enough to measure the share
 * of a core.
 */
function workAWhile(): void {
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      id: `${round}-${index}`,
      at: index * round,
    }));
    JSON.parse(JSON.stringify(rows));
  }
}

/**
 * How many times slower than the quiet machine this one is now: 1 there and on faster ones, 2 with half a
 * core.
 */
export function measureSlowness(): number {
  const startedAt = performance.now();
  workAWhile();
  return Math.max(1, (performance.now() - startedAt) / QUIET_MS);
}

/**
 * The duration of work on a quiet machine, for a bound of the product. It measures the machine only if the
 * work took longer than the bound.
 */
export const onQuietMachine = (ms: number, boundMs: number): number =>
  ms < boundMs ? ms : ms / measureSlowness();

/** `measureSlowness` in CPU time: how much slower this machine computes, whatever its load. */
export function measureCpuSlowness(): number {
  const before = process.threadCpuUsage();
  workAWhile();
  const { user, system } = process.threadCpuUsage(before);
  return Math.max(1, (user + system) / 1_000 / QUIET_MS);
}

export type Timed<Result> = {
  readonly result: Result;
  /** Measured duration. */
  readonly ms: number;
  /** Estimated duration on a quiet machine. */
  readonly quietMs: number;
};

/** Times work that the product limits to `boundMs`, independently of the machine and of its load. */
export async function timed<Result>(
  boundMs: number,
  work: () => PromiseLike<Result> | Result,
): Promise<Timed<Result>> {
  const startedAt = performance.now();
  const result = await work();
  const ms = performance.now() - startedAt;
  return { result, ms, quietMs: onQuietMachine(ms, boundMs) };
}
