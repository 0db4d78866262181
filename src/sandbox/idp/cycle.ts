import type { QuarantineSettings } from "./idp-settings.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The retries of a job in quarantine, counted from its first failure; then one a day. */
const QUARANTINE_RETRIES = [6 * HOUR, 12 * HOUR, 24 * HOUR];
/** A job that fails for so long is disabled. */
const QUARANTINE_MAX = 28 * DAY;
/** A deleted user is deleted for good after so long, and at the service then, too. */
export const RECYCLE_BIN_MS = 30 * DAY;

export type Quarantine = {
  readonly reason: string;
  /** Instants, in milliseconds. */
  readonly since: number;
  readonly nextCycleAt: number;
};

export type CycleResult = {
  readonly done: number;
  readonly failed: number;
  /** A failure that concerns every request: the token, or the address. */
  readonly fatal: string | null;
};

/** Why a job goes into quarantine after a cycle, or null. */
export function quarantineReason(
  { done, failed, fatal }: CycleResult,
  { failuresMin, share }: QuarantineSettings,
): string | null {
  if (fatal !== null) return fatal;
  const isMany = failed >= failuresMin && failed > share * (done + failed);
  return isMany ? `${failed} of ${done + failed} objects failed` : null;
}

/** The quarantine from now on; "disabled" once it has lasted too long. */
export function extendQuarantine(
  former: Quarantine | null,
  reason: string,
  now: number,
): Quarantine | "disabled" {
  const since = former?.since ?? now;
  if (now - since >= QUARANTINE_MAX) return "disabled";
  const planned = QUARANTINE_RETRIES.map((delay) => since + delay).find((at) => at > now);
  return { reason, since, nextCycleAt: planned ?? now + DAY };
}

/** After how many cycles a failed object is tried again: each failure doubles it. */
export const cyclesUntilRetry = (failures: number): number => 2 ** Math.min(failures - 1, 6);
