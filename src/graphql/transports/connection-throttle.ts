const TICK_MS = 20;

export type ConnectionThrottle = {
  /** Does it as soon as its turn comes: at once, unless many came before. */
  run(work: () => void): void;
  readonly waiting: number;
};

/** Does so much a second and no more, in the order in which it came: whatever else the process has to do comes in between. */
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
      // It keeps nobody up: while somebody waits, so does their connection.
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
