const TICK_MS = 20;

export type ConnectionThrottle = {
  /** Runs the work immediately, or queues it when this tick has reached its limit. */
  run(work: () => void): void;
  readonly waiting: number;
};

/**
 * Runs at most `perSecond` pieces of work a second, in order, so that other work of the process runs between.
 */
export function createConnectionThrottle(perSecond: number): ConnectionThrottle {
  const perTick = Math.ceil((perSecond * TICK_MS) / 1_000);
  const queue: (() => void)[] = [];
  let left = perTick;
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    left = perTick;
    for (const work of queue.splice(0, perTick)) {
      left -= 1;
      work();
    }
    if (left < perTick) return;
    clearInterval(timer);
    timer = undefined;
  };
  return {
    run(work) {
      // Unreferenced: queued work has an open connection, which keeps the process alive.
      timer ??= setInterval(tick, TICK_MS).unref();
      if (left <= 0) {
        queue.push(work);
        return;
      }
      left -= 1;
      work();
    },
    get waiting() {
      return queue.length;
    },
  };
}
