import type { Day } from "../company/person.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Formats days and instants in one time zone. */
export type Zone = {
  dayOf(instant: number): Day;
  /** `2021-03-01T00:00:00+01:00`: the first moment of the day. */
  midnight(day: Day): string;
  /** `2021-01-18T09:12:44+01:00`. */
  write(instant: number): string;
  /** The instant of a local time without an offset, `2021-01-18T09:12:44` or `2021-01-18`. */
  parse(local: string): number;
};

/** `timeZone` is an IANA name, which defines daylight saving time for every year. */
export function createZone(timeZone: string): Zone {
  const offsetAt = createOffsets(timeZone);
  const midnights = new Map<Day, string>();

  const instantOf = (local: number): number => {
    // The offset depends on the instant and the instant on the offset; around a change of offset the second
    // guess is right.
    const guess = local - offsetAt(local) * MINUTE;
    return local - offsetAt(guess) * MINUTE;
  };
  const write = (instant: number): string => {
    const offset = offsetAt(instant);
    return new Date(instant + offset * MINUTE).toISOString().slice(0, 19) + offsetText(offset);
  };
  return {
    write,
    dayOf: (instant) => write(instant).slice(0, 10),
    parse: (local) => instantOf(Date.parse(`${local.length === 10 ? `${local}T00:00:00` : local}Z`)),
    midnight(day) {
      const known = midnights.get(day);
      if (known) return known;
      const text = write(instantOf(Date.parse(`${day}T00:00:00Z`)));
      midnights.set(day, text);
      return text;
    },
  };
}

/** Minutes east of UTC at an instant. Offsets change on full UTC hours, so one value an hour is cached. */
function createOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const hours = new Map<number, number>();
  return (instant) => {
    const hour = Math.floor(instant / HOUR);
    const known = hours.get(hour);
    if (known !== undefined) return known;
    const name = format.formatToParts(instant).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hourText, minuteText] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    const minutes = sign ? (Number(hourText) * 60 + Number(minuteText)) * (sign === "-" ? -1 : 1) : 0;
    hours.set(hour, minutes);
    return minutes;
  };
}

function offsetText(minutes: number): string {
  const pad = (value: number) => String(Math.floor(value)).padStart(2, "0");
  const distance = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(distance / 60)}:${pad(distance % 60)}`;
}
