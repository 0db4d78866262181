import type { EntraSettings, QuarantineSettings } from "./idp-settings.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** The retries of a job in quarantine, counted from its first failure; then one a day. */
const QUARANTINE_RETRIES = [6 * HOUR, 12 * HOUR, 24 * HOUR];
/** A job that fails for so long is disabled. */
const QUARANTINE_MAX = 28 * DAY;
/** How long a deleted user stays in the recycle bin; then the service deletes the user, too. */
export const RECYCLE_BIN_MS = 30 * DAY;

export type Quarantine = {
  readonly reason: string;
  /** Instants, in milliseconds. */
  readonly since: number;
  readonly nextCycleAt: number;
};

type CycleResult = {
  readonly done: number;
  readonly failed: number;
  /** A failure that concerns every request: the token, or the address. */
  readonly fatal: string | null;
};

/** When the next cycle begins, and whether the job is in quarantine. */
export class Cycles {
  readonly #settings: Pick<EntraSettings, "cycleMinutes" | "quarantine">;
  #count = 0;
  #nextAt = 0;
  #quarantine: Quarantine | "disabled" | null = null;

  constructor(settings: Pick<EntraSettings, "cycleMinutes" | "quarantine">) {
    this.#settings = settings;
  }

  get quarantine(): Quarantine | "disabled" | null {
    return this.#quarantine;
  }

  /** Null once the job is disabled. */
  get nextAt(): number | null {
    return this.#quarantine === "disabled" ? null : this.#nextAt;
  }

  isDue(now: number): boolean {
    return this.#quarantine !== "disabled" && now >= this.#nextAt;
  }

  /** The next cycle is due at once, without quarantine. */
  restart(now: number): void {
    this.#quarantine = null;
    this.#nextAt = now;
  }

  begin(): void {
    this.#count += 1;
  }

  /** Whether an object that has failed so often in a row is tried again in this cycle. */
  isRetryDue(failures: number): boolean {
    return this.#quarantine !== null || this.#count % cyclesUntilRetry(failures) === 0;
  }

  end(result: CycleResult, now: number): void {
    const reason = quarantineReason(result, this.#settings.quarantine);
    const former = this.#quarantine === "disabled" ? null : this.#quarantine;
    const quarantine = reason === null ? null : extendQuarantine(former, reason, now);
    this.#quarantine = quarantine;
    this.#nextAt =
      quarantine === null || quarantine === "disabled"
        ? now + this.#settings.cycleMinutes * MINUTE
        : quarantine.nextCycleAt;
  }
}

/** Why a job goes into quarantine after a cycle, or null. */
function quarantineReason(
  { done, failed, fatal }: CycleResult,
  { failuresMin, share }: QuarantineSettings,
): string | null {
  if (fatal !== null) return fatal;
  const isMany = failed >= failuresMin && failed > share * (done + failed);
  return isMany ? `${failed} of ${done + failed} objects failed` : null;
}

/** The quarantine from now on; "disabled" once it has lasted too long. */
function extendQuarantine(former: Quarantine | null, reason: string, now: number): Quarantine | "disabled" {
  const since = former?.since ?? now;
  if (now - since >= QUARANTINE_MAX) return "disabled";
  const planned = QUARANTINE_RETRIES.map((delay) => since + delay).find((at) => at > now);
  return { reason, since, nextCycleAt: planned ?? now + DAY };
}

/** After how many cycles a failed object is tried again: each failure doubles it. */
const cyclesUntilRetry = (failures: number): number => 2 ** Math.min(failures - 1, 6);
