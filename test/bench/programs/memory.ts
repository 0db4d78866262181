/** Often enough to see every peak that garbage collection leaves standing. */
const SAMPLE_MS = 20;

/** Watches how much memory this process holds (its resident set). Each call tells the most it held since the one before. */
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
