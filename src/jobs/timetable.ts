import { createHash } from "node:crypto";

/**
 * When a repeated job of one key is due: every `everyHours` hours of the UTC day, at a minute that the key itself decides.
 * A thousand tenants are spread over the interval instead of all asking at once, and nothing has to be remembered.
 * `everyHours` divides 24.
 */
export function cronFor(key: string, everyHours: number): string {
  const offset = offsetMinutes(key, everyHours);
  const firstHour = Math.floor(offset / MINUTES_PER_HOUR);
  const hours = Array.from({ length: 24 / everyHours }, (_, turn) => firstHour + turn * everyHours);
  return `${offset % MINUTES_PER_HOUR} ${hours.join(",")} * * *`;
}

/** The first time after `now` at which `cronFor` is due. */
export function nextDueTime(key: string, everyHours: number, now: Date): Date {
  const interval = everyHours * MINUTES_PER_HOUR * MS_PER_MINUTE;
  // Days of UTC begin at multiples of the interval since 1970, because it divides 24 hours.
  const offset = offsetMinutes(key, everyHours) * MS_PER_MINUTE;
  const turn = Math.floor((now.getTime() - offset) / interval) + 1;
  return new Date(turn * interval + offset);
}

const MINUTES_PER_HOUR = 60;
const MS_PER_MINUTE = 60_000;

/** A minute within the interval, the same one for ever: a key that jumped about would run twice or not at all. */
const offsetMinutes = (key: string, everyHours: number): number =>
  createHash("sha256").update(key).digest().readUInt32BE() % (everyHours * MINUTES_PER_HOUR);
