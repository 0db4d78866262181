type ParallelOptions = {
  /** How many items are in work at the same time. */
  readonly concurrency: number;
  readonly signal: AbortSignal | undefined;
};

/** The results, in the order of the items. Throws the first failure, and aborts the work in progress. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  { concurrency, signal }: ParallelOptions,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const failing = new AbortController();
  const combinedSignal = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  const results: Result[] = [];
  const queue = items.entries();

  const takeFromQueue = async (): Promise<void> => {
    // All workers share one iterator: each `for … of` takes the next free item.
    for (const [index, item] of queue) results[index] = await work(item, combinedSignal);
  };

  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, takeFromQueue));
    return results;
  } finally {
    failing.abort();
  }
}
