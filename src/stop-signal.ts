/**
 * Resolves with the signal that asks this process to stop. A second signal ends it at once: its sender does
 * not want to wait any longer.
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

/** Process supervisors wait for ten seconds, and then kill. */
const STOPPED_BY_MS = 9_800;

/**
 * Ends the process if it has not stopped within ten seconds from now, whatever delays it. No data is lost:
 * the next start runs unfinished runs again, and restarts an embedded Postgres.
 */
export function exitAfterTimeout(onLate: () => void): void {
  setTimeout(() => {
    onLate();
    process.exit(1);
  }, STOPPED_BY_MS).unref();
}
