import { databaseUnavailable, isOutage } from "../database/database-errors.ts";

/**
 * How long work may have waited when the database fails the one before it. While the database is away, each
 * work takes its timeout of up to 7 s. So no request waits longer than ten seconds.
 */
const BEHIND_OUTAGE_MS = 2_000;

type Limits = {
  readonly atOnce: number;
  /** How many others may wait, and the error for the next one. Without it, any number may. */
  readonly queue?: { readonly max: number; readonly fullError: () => Error };
  /** A clock that is never set back. */
  readonly elapsedMs?: () => number;
};

/**
 * Lets work begin in the order of the calls, `atOnce` at a time. Work that waited for long does not begin
 * behind one that the database failed: it is UNAVAILABLE.
 */
export function takeTurns({
  atOnce,
  queue,
  elapsedMs = () => performance.now(),
}: Limits): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: ((isAway: boolean) => void)[] = [];
  let running = 0;
  const waitForTurn = async (): Promise<{ readonly isTooLate: boolean }> => {
    const cameAt = elapsedMs();
    const isAway = await new Promise<boolean>((resolve) => waiting.push(resolve));
    return { isTooLate: isAway && elapsedMs() - cameAt > BEHIND_OUTAGE_MS };
  };
  return async (work) => {
    let isTooLate = false;
    if (running < atOnce) running += 1;
    else if (queue && waiting.length >= queue.max) throw queue.fullError();
    else ({ isTooLate } = await waitForTurn());
    let isAway = false;
    try {
      if (isTooLate) throw databaseUnavailable();
      return await work();
    } catch (error) {
      isAway = isOutage(error);
      throw error;
    } finally {
      // The work that ends hands its place on.
      const next = waiting.shift();
      if (next) next(isAway);
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
