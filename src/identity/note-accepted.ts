import { type Viewer, viewerInLog } from "../access/viewer.ts";
import { createLogOnce, type Logger } from "../log.ts";

/** Who used the service, hour by hour: enough to look into an incident, and few lines for each user. */
const ONCE_IN_MS = 3_600_000;

/** Logs that a token was accepted, by its user or its program. The line contains no part of the token. */
export type NoteAccepted = (viewer: Viewer) => void;

export function createNoteAccepted(log: Logger, elapsedMs?: () => number): NoteAccepted {
  const logOnce = createLogOnce(log, ONCE_IN_MS, elapsedMs);
  const noted = new WeakSet<Viewer>();
  return (viewer) => {
    // The viewer of a verified token is kept for a while, so most requests end here.
    if (noted.has(viewer)) return;
    noted.add(viewer);
    logOnce(viewerInLog(viewer), "credential accepted");
  };
}
