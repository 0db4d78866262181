import { databaseUnavailable } from "../database/database-errors.ts";

/**
 * How long work may have waited when the one before it fails. All our works use the database, and while that
 * is away, each takes its timeout of up to 7 s. So no request waits longer than ten seconds.
 */
const BEHIND_FAILURE_MS = 2_000;

type Limits = {
  readonly atOnce: number;
  /** How many others may wait, and the error for the next one. Without it, any number may. */
  readonly queue?: { readonly max: number; readonly fullError: () => Error };
  /** A clock that is never set back. */
  readonly elapsedMs?: () => number;
};

/**
 * Lets work begin in the order of the calls, `atOnce` at a time. Work that waited for long does not begin
 * behind one that failed: it is UNAVAILABLE.
 */
export function takeTurns({
  atOnce,
  queue,
  elapsedMs = () => performance.now(),
}: Limits): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: ((hasFailed: boolean) => void)[] = [];
  let running = 0;
  const waitForTurn = async (): Promise<{ readonly isTooLate: boolean }> => {
    const cameAt = elapsedMs();
    const hasFailed = await new Promise<boolean>((resolve) => waiting.push(resolve));
    return { isTooLate: hasFailed && elapsedMs() - cameAt > BEHIND_FAILURE_MS };
  };
  return async (work) => {
    let isTooLate = false;
    if (running < atOnce) running += 1;
    else if (queue && waiting.length >= queue.max) throw queue.fullError();
    else ({ isTooLate } = await waitForTurn());
    let hasFailed = true;
    try {
      if (isTooLate) throw databaseUnavailable();
      const result = await work();
      hasFailed = false;
      return result;
    } finally {
      // The work that ends hands its place on.
      const next = waiting.shift();
      if (next) next(hasFailed);
      else running -= 1;
    }
  };
}

/**
 * As `takeTurns`, with at most `perKey` works of one key in the order at a time. So a work waits for few
 * works of another key, however many there are.
 */
export function takeTurnsByKey({
  perKey,
  ...limits
}: Omit<Limits, "queue"> & { readonly perKey: number }): <Result>(
  key: string,
  work: () => Promise<Result>,
) => Promise<Result> {
  const inTurn = takeTurns(limits);
  const lanes = new Map<string, { readonly inLane: ReturnType<typeof takeTurns>; works: number }>();
  return async (key, work) => {
    const lane = lanes.get(key) ?? { inLane: takeTurns({ ...limits, atOnce: perKey }), works: 0 };
    lanes.set(key, lane);
    lane.works += 1;
    try {
      return await lane.inLane(() => inTurn(work));
    } finally {
      lane.works -= 1;
      if (lane.works === 0) lanes.delete(key);
    }
  };
}
