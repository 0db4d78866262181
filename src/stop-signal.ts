/**
 * Resolves with the signal that asks this process to stop. A second one ends it at once: whoever sends it does not want to wait any
 * longer.
 */
export const waitForStopSignal = (): Promise<NodeJS.Signals> =>
  new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        resolve(signal);
        process.once(signal, () => process.exit(1));
      });
    }
  });

/** Whoever stops us waits for ten seconds, and then kills. */
const STOPPED_BY_MS = 9_800;

/**
 * Ends the process if it has not stopped within ten seconds of now, whatever keeps it. Nothing is lost by that: runs are begun
 * again, and an embedded Postgres is found again by the next start.
 */
export function exitAfterTimeout(onLate: () => void): void {
  setTimeout(() => {
    onLate();
    process.exit(1);
  }, STOPPED_BY_MS).unref();
}
