import type { ReadRecord } from "./stage-records.ts";

/** People per batch of staging. */
const STAGE_SIZE = 1_000;

/** A slow read shows its progress at least this often. */
const PROGRESS_INTERVAL_MS = 500;

/**
 * Collects the records of pages, and writes them in batches. One batch is written while the next one is read,
 * never two: a read that is faster than the database waits. Disposing waits for the batch under way, so
 * nothing is staged after the read, however it ends.
 */
export function openBatches(write: (records: readonly ReadRecord[]) => Promise<void>) {
  let pending: ReadRecord[] = [];
  let writing: Promise<void> = Promise.resolve();
  // The progress shows the first page at once: it has the number of records.
  let progressAt = Number.NEGATIVE_INFINITY;

  const writePending = async (): Promise<void> => {
    await writing;
    const records = pending;
    pending = [];
    progressAt = performance.now();
    writing = write(records);
    // The next `await writing` throws its error.
    writing.catch(() => undefined);
  };

  return {
    async add(records: readonly ReadRecord[]): Promise<void> {
      pending.push(...records);
      const isDue = performance.now() - progressAt >= PROGRESS_INTERVAL_MS;
      if (pending.length >= STAGE_SIZE || isDue) await writePending();
    },
    /** Writes the rest, and waits for it. */
    async end(): Promise<void> {
      await writePending();
      await writing;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await writing.catch(() => undefined);
    },
  };
}
