export type KeptDoing = AsyncDisposable & {
  /** Stops, and waits for running work. Rejects with the first failure. */
  stop(): Promise<void>;
};

/**
 * Repeats `work` in `sideBySide` concurrent loops until it is stopped, also when the test fails meanwhile.
 * Then the test's failure is the one that shows, and no rejection is unhandled.
 */
export function keepDoing(sideBySide: number, work: () => Promise<unknown>): KeptDoing {
  let isOver = false;
  const failures: unknown[] = [];
  const workers = Array.from({ length: sideBySide }, async () => {
    try {
      while (!isOver) await work();
    } catch (failure) {
      failures.push(failure);
    }
  });
  const end = async (): Promise<void> => {
    isOver = true;
    await Promise.all(workers);
  };
  return {
    async stop() {
      await end();
      if (failures.length > 0) throw failures[0];
    },
    [Symbol.asyncDispose]: end,
  };
}
