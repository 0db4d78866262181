/** What a process used between two readings. */
export type Gauges = {
  /** The peak of its resident set. */
  readonly peakBytes: number;
  /** Of all its threads. */
  readonly cpuMs: number;
  /** The longest time for which its event loop took no turn, and the CPU time of its thread meanwhile. */
  readonly stallMs: number;
  readonly stallCpuMs: number;
};

/** Often enough to see every peak between garbage collections. */
const SAMPLE_MS = 10;

/** Watches this process. Each call returns the gauges since the call before. */
export function watchProcess(): () => Gauges {
  let [last, lastOfThread] = [performance.now(), threadCpuMs()];
  let [peakBytes, stallMs, stallCpuMs] = [0, 0, 0];
  const sample = (): void => {
    const [now, ofThread] = [performance.now(), threadCpuMs()];
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
    stallMs = Math.max(stallMs, now - last - SAMPLE_MS);
    stallCpuMs = Math.max(stallCpuMs, ofThread - lastOfThread - SAMPLE_MS);
    [last, lastOfThread] = [now, ofThread];
  };
  setInterval(sample, SAMPLE_MS).unref();
  let since = process.cpuUsage();
  return () => {
    sample();
    const { user, system } = process.cpuUsage(since);
    const gauges = { peakBytes, cpuMs: (user + system) / 1_000, stallMs, stallCpuMs };
    since = process.cpuUsage();
    [peakBytes, stallMs, stallCpuMs] = [0, 0, 0];
    return gauges;
  };
}

const threadCpuMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};
