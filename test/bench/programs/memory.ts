/** Often enough to see every peak between garbage collections. */
const SAMPLE_MS = 20;

/**
 * Watches the memory of this process (its resident set). Each call returns the peak since the call before.
 */
export function watchMemory(): () => number {
  let peakBytes = process.memoryUsage.rss();
  setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, SAMPLE_MS).unref();
  return () => {
    const bytes = peakBytes;
    peakBytes = process.memoryUsage.rss();
    return bytes;
  };
}
