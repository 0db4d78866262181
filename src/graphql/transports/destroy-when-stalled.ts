import type { ServerResponse } from "node:http";

/** The part of the wait that is left for the second timeout. */
const LAST_PART = 1 / 4;

/** A second timeout later than this proves nothing: the client read something, or the process had no CPU. */
const LATE = 1.2;

/**
 * Destroys a response if the client reads nothing of it for `stalledMs` (D22). Node restarts the timeout
 * whenever the kernel accepts a part, so a slow client gets its whole answer. After a pause of the process,
 * all timers are due at once. So this destroys a response only after a second timeout that came on time.
 */
export function destroyWhenStalled(response: ServerResponse, stalledMs: number): void {
  const lastPartMs = stalledMs * LAST_PART;
  const firstPartMs = stalledMs - lastPartMs;
  let silentAt: number | null = null;
  response.setTimeout(firstPartMs, () => {
    const now = performance.now();
    if (silentAt === null) {
      silentAt = now;
      response.setTimeout(lastPartMs);
    } else if (now - silentAt < lastPartMs * LATE) response.destroy();
    else {
      silentAt = null;
      response.setTimeout(firstPartMs);
    }
  });
}
