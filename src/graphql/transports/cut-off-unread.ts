import type { ServerResponse } from "node:http";

/** The last part of the wait, after which the client is asked once more. */
const LAST_PART = 1 / 4;

/** A second silence that comes later than this was none: the client took something, or this process had no CPU. */
const LATE = 1.2;

/**
 * Cuts off a client that takes nothing of its answer for `stalledMs` (D22). Node restarts the clock whenever the kernel takes a part, so a
 * slow client gets its whole answer. One due clock proves nothing: a process that was stopped finds all its clocks due. So the
 * client must be silent twice, the second time while this process runs.
 */
export function cutOffUnread(response: ServerResponse, stalledMs: number): void {
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
