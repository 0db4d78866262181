export type WatchedLoop = Disposable & {
  /** The CPU time of all turns of the event loop so far, and of the longest one, in milliseconds. */
  readonly cpu: () => { readonly totalMs: number; readonly longestMs: number };
};

/**
 * Measures how long the event loop of this process is blocked. It counts the CPU time between two timers, so
 * time in which the kernel runs another process does not count.
 */
export function watchEventLoop(): WatchedLoop {
  let last = process.threadCpuUsage();
  let [totalMs, longestMs] = [0, 0];
  let timer: NodeJS.Timeout;
  const beat = (): void => {
    const { user, system } = process.threadCpuUsage(last);
    last = process.threadCpuUsage();
    const ms = (user + system) / 1_000;
    totalMs += ms;
    longestMs = Math.max(longestMs, ms);
    timer = setTimeout(beat, 1);
  };
  beat();
  return { cpu: () => ({ totalMs, longestMs }), [Symbol.dispose]: () => clearTimeout(timer) };
}
