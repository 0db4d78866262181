import { type ActionableError, RETRY_AFTER_DETAIL } from "../../errors.ts";
import type { Integration } from "../integration.ts";

const HOUR_MS = 3_600_000;

/** As long as the longest timetable: when Personio recovers, we notice within a day. */
const BACK_OFF_HOURS_MAX = 24;

/**
 * Timetable slots are at fixed minutes, and a run ends some minutes after its slot. Without this margin, a
 * wait of four hours would always miss the slot four hours later.
 */
const MARGIN_MS = 15 * 60_000;

/**
 * Whether the timetable syncs a BROKEN integration: 1, 2, 4, 8, 16, then 24 hours after the last failed
 * attempt. The integration shows the problem. Until it is solved, most retries fail, and Personio locks out
 * clients that fail too often.
 */
export function isDueWhileBroken(failuresInARow: number, lastAttemptAt: Date | null, now: Date): boolean {
  if (!lastAttemptAt) return true;
  const hours = Math.min(2 ** Math.max(0, failuresInARow - 1), BACK_OFF_HOURS_MAX);
  return now.getTime() - lastAttemptAt.getTime() >= hours * HOUR_MS - MARGIN_MS;
}

type BackOff = Pick<Integration, "status" | "failuresInARow" | "lastAttemptAt" | "notBefore">;

/** Whether the timetable syncs in its slot at `at`. Manual runs do not check this. */
export const isDue = ({ status, failuresInARow, lastAttemptAt, notBefore }: BackOff, at: Date): boolean =>
  (notBefore === null || at >= notBefore) &&
  (status !== "BROKEN" || isDueWhileBroken(failuresInARow, lastAttemptAt, at));

/**
 * The time before which Personio wants no further request, if the error contains one. A wait of more than a
 * day counts as a day. A mistake of Personio must not stop a directory for years, and one request a day does
 * no harm.
 */
export function notBeforeOf({ details }: Pick<ActionableError, "details">, now: Date): Date | null {
  const seconds = Number(details[RETRY_AFTER_DETAIL] ?? 0);
  return seconds > 0
    ? new Date(now.getTime() + Math.min(seconds * 1_000, BACK_OFF_HOURS_MAX * HOUR_MS))
    : null;
}
