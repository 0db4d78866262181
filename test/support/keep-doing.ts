export type KeptDoing = AsyncDisposable & {
  /** Ends it, and waits for what is under way. Rejects with the first failure. */
  stop(): Promise<void>;
};

/**
 * Does it over and over, so many side by side, until it is stopped. Also when the test fails meanwhile: then its failure is the one
 * that shows, and no rejection is left without a listener.
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
