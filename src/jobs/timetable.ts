import { createHash } from "node:crypto";

/**
 * When a repeated job of one key is due: every `everyHours` hours of the UTC day, at a minute derived from
 * the key. This spreads a thousand tenants over the interval without storing anything. `everyHours` divides
 * 24.
 */
export function cronFor(key: string, everyHours: number): string {
  const offset = offsetMinutes(key, everyHours);
  const firstHour = Math.floor(offset / MINUTES_PER_HOUR);
  const hours = Array.from({ length: 24 / everyHours }, (_, index) => firstHour + index * everyHours);
  return `${offset % MINUTES_PER_HOUR} ${hours.join(",")} * * *`;
}

/** The first time after `now` at which `cronFor` is due. */
export function nextDueTime(key: string, everyHours: number, now: Date): Date {
  const interval = everyHours * MINUTES_PER_HOUR * MS_PER_MINUTE;
  // UTC days begin at multiples of the interval since 1970, because the interval divides 24 hours.
  const offset = offsetMinutes(key, everyHours) * MS_PER_MINUTE;
  const index = Math.floor((now.getTime() - offset) / interval) + 1;
  return new Date(index * interval + offset);
}

const MINUTES_PER_HOUR = 60;
const MS_PER_MINUTE = 60_000;

/**
 * A minute within the interval, always the same for a key: a key that moved would run twice or not at all.
 */
const offsetMinutes = (key: string, everyHours: number): number =>
  createHash("sha256").update(key).digest().readUInt32BE() % (everyHours * MINUTES_PER_HOUR);
