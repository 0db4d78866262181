type ParallelOptions = {
  /** How many may be under way. */
  readonly atOnce: number;
  readonly signal: AbortSignal | undefined;
};

/** The results in the order of the items. The first failure is thrown, and what is under way then is aborted. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  { atOnce, signal }: ParallelOptions,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failing = new AbortController();
  const either = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  const results: Result[] = [];
  const queue = items.entries();

  const takeFromQueue = async (): Promise<void> => {
    // One queue for all: `for … of` goes on where another worker has left it.
    for (const [index, item] of queue) results[index] = await work(item, either);
  };

  try {
    await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, takeFromQueue));
    return results;
  } finally {
    failing.abort();
  }
}
