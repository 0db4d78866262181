import { dayText, toDayNumber } from "../company/calendar.ts";
import type { Settings } from "../settings.ts";
import { RefusedEdit } from "./records.ts";
import type { Today } from "./status.ts";
import { createZone } from "./zone.ts";

const MILLISECONDS_PER_DAY = 86_400_000;

/** The sandbox's own clock: it starts at a given time, runs on, and can be moved forward. */
export class Clock {
  readonly #zone: ReturnType<typeof createZone>;
  #ahead: number;

  constructor(startAt: Date, { hireDayZone }: Pick<Settings, "hireDayZone">) {
    this.#ahead = startAt.getTime() - Date.now();
    this.#zone = createZone(hireDayZone);
  }

  now(): number {
    return Date.now() + this.#ahead;
  }

  today(): Today {
    const now = this.now();
    return { utc: dayText(toDayNumber(now)), company: this.#zone.dayOf(now) };
  }

  advance(by: { readonly days: number } | { readonly to: string }): void {
    const forward = "days" in by ? by.days * MILLISECONDS_PER_DAY : Date.parse(by.to) - this.now();
    if (!(forward >= 0))
      throw new RefusedEdit("The clock only goes forward: give days of 0 or more, or a later time.");
    this.#ahead += forward;
  }
}
