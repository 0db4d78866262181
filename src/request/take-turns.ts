type Limits = {
  readonly atOnce: number;
  /** How many others may wait, and the error for the next one. Without it, any number may. */
  readonly queue?: { readonly max: number; readonly fullError: () => Error };
};

/** Lets work begin in the order of the calls, `atOnce` at a time. */
export function takeTurns({
  atOnce,
  queue,
}: Limits): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < atOnce) running += 1;
    else if (queue && waiting.length >= queue.max) throw queue.fullError();
    // The work that ends hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/**
 * As `takeTurns`, with at most `perKey` works of one key in the order at a time. So a work waits for few
 * works of another key, however many there are.
 */
export function takeTurnsByKey({
  atOnce,
  perKey,
}: {
  readonly atOnce: number;
  readonly perKey: number;
}): <Result>(key: string, work: () => Promise<Result>) => Promise<Result> {
  const inTurn = takeTurns({ atOnce });
  const lanes = new Map<string, { readonly inLane: ReturnType<typeof takeTurns>; works: number }>();
  return async (key, work) => {
    const lane = lanes.get(key) ?? { inLane: takeTurns({ atOnce: perKey }), works: 0 };
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
