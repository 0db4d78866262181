/** A silence is measured in this many steps. */
const STEPS = 10;

export type Silence = ReturnType<typeof createSilence>;

/**
 * Notes how long the database left turns without an answer. It counts only time in which the event loop ran:
 * while the whole process stands still, an answer that is there cannot be read. Once the database has failed
 * a turn, all the time counts. So does the time of all turns that failed, whatever was answered between them.
 * Silence matters to operations that wait, so it counts only between `watch` and `rest`.
 */
export function createSilence(silentMs: number, elapsedMs: () => number) {
  const stepMs = silentMs / STEPS;
  let ranMs = 0;
  let failedMs = 0;
  let counting: NodeJS.Timeout | undefined;
  let beganAt = 0;
  let latestEndedAt = Number.NEGATIVE_INFINITY;
  let [hasFailed, failingSince] = [false, elapsedMs()];
  const isLong = (): boolean =>
    ranMs - beganAt > silentMs || (hasFailed && elapsedMs() - failingSince > silentMs);
  const begin = (): void => {
    beganAt = ranMs;
    [hasFailed, failingSince] = [false, elapsedMs()];
  };
  return {
    begin,
    end(): void {
      if (isLong()) latestEndedAt = ranMs;
      begin();
    },
    fail(afterMs: number): void {
      hasFailed = true;
      failedMs += afterMs;
    },
    watch(): void {
      // However late a step comes, it counts once.
      counting ??= setInterval(() => {
        ranMs += stepMs;
      }, stepMs).unref();
    },
    rest(): void {
      clearInterval(counting);
      counting = undefined;
    },
    /**
     * Whether it was long since this call. Also right after the outage: operations that waited in it come to
     * their limit then.
     */
    noteSince(): () => boolean {
      const [sinceMs, failedBeforeMs] = [ranMs, failedMs];
      return () => isLong() || latestEndedAt > sinceMs || failedMs - failedBeforeMs > silentMs;
    },
  };
}
