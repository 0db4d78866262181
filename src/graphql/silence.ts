/** A silence is measured in this many steps. */
const STEPS = 10;

export type Silence = ReturnType<typeof createSilence>;

/**
 * Notes how long the database left turns without an answer. It counts only time in which the event loop ran:
 * while the whole process stands still, it cannot read an answer that has arrived. Once the database has
 * failed a turn, all the time counts. The time of all failed turns counts too, even if others were answered
 * between them. Silence matters only to waiting operations, so it counts only between `watch` and `rest`.
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
      // A step counts once, however late it is.
      counting ??= setInterval(() => {
        ranMs += stepMs;
      }, stepMs).unref();
    },
    rest(): void {
      clearInterval(counting);
      counting = undefined;
    },
    /**
     * Whether there was a long silence since this call. That holds right after the outage too, when
     * operations that waited in it reach their limit.
     */
    noteSince(): () => boolean {
      const [sinceMs, failedBeforeMs] = [ranMs, failedMs];
      return () => isLong() || latestEndedAt > sinceMs || failedMs - failedBeforeMs > silentMs;
    },
  };
}
