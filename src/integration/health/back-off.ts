import { type ActionableError, RETRY_AFTER_SECONDS } from "../../errors.ts";
import type { Integration } from "../integration.ts";

const HOUR_MS = 3_600_000;

/** As long as the longest timetable: an integration that is mended by Personio itself is found out within a day. */
const BACK_OFF_HOURS_MAX = 24;

/**
 * Turns come at fixed minutes, and a run ends some minutes after its turn: without this, a wait of four hours would always
 * miss the turn four hours later.
 */
const MARGIN_MS = 15 * 60_000;

/**
 * Whether a BROKEN integration's turn is taken: 1, 2, 4, 8, 16, then 24 hours after the last attempt that failed. Somebody has been
 * told; until they act, asking again mostly knocks at a closed door, and Personio locks out who knocks too often.
 */
export function isDueWhileBroken(failuresInARow: number, lastAttemptAt: Date | null, now: Date): boolean {
  if (!lastAttemptAt) return true;
  const hours = Math.min(2 ** Math.max(0, failuresInARow - 1), BACK_OFF_HOURS_MAX);
  return now.getTime() - lastAttemptAt.getTime() >= hours * HOUR_MS - MARGIN_MS;
}

type BackOff = Pick<Integration, "status" | "failuresInARow" | "lastAttemptAt" | "notBefore">;

/** Whether the timetable's turn at `at` is taken. A run by hand does not ask. */
export const isDue = ({ status, failuresInARow, lastAttemptAt, notBefore }: BackOff, at: Date): boolean =>
  (notBefore === null || at >= notBefore) &&
  (status !== "BROKEN" || isDueWhileBroken(failuresInARow, lastAttemptAt, at));

/**
 * The time that Personio has named for the next request, where an error carries one. An absurd one counts as a day: a mistake of Personio's
 * must not stop a directory for years, and one request a day harms nobody.
 */
export function notBeforeOf({ details }: Pick<ActionableError, "details">, now: Date): Date | null {
  const seconds = Number(details[RETRY_AFTER_SECONDS] ?? 0);
  return seconds > 0
    ? new Date(now.getTime() + Math.min(seconds * 1_000, BACK_OFF_HOURS_MAX * HOUR_MS))
    : null;
}
