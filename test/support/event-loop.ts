export type WatchedLoop = Disposable & {
  /** The CPU time of the longest turn of the event loop since the last call, in milliseconds. */
  longestBlockMs(): number;
};

/**
 * Measures how long the event loop of this process is blocked. It counts the CPU time between two timers, so
 * time in which the kernel runs another process does not count.
 */
export function watchEventLoop(): WatchedLoop {
  let last = process.threadCpuUsage();
  let longest = 0;
  let timer: NodeJS.Timeout;
  const beat = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    longest = Math.max(longest, (user + system) / 1_000);
    last = process.threadCpuUsage();
    timer = setTimeout(beat, 1);
  };
  beat();
  return {
    longestBlockMs() {
      const result = longest;
      longest = 0;
      return result;
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
