import type { Person } from "../company/person.ts";

type Schedule = { readonly id: string; readonly name: string; readonly days: readonly string[] };

const FULL_DAY = "08:00";
const FREE = "00:00";

/**
 * By weekly hours. The ids exceed 2^53, as in real accounts: clients that parse them as numbers lose digits.
 */
const SCHEDULES: Readonly<Record<string, Schedule>> = {
  "40": { id: "1067807102794692000", name: "Full-time 40 h", days: week(FULL_DAY, FULL_DAY) },
  "38.5": { id: "1067807102794692001", name: "Vollzeit 38,5 h", days: week("08:00", "06:30") },
  "32": { id: "1067807102794692003", name: "Part-time 32 h", days: week(FULL_DAY, FREE) },
  "20": { id: "1067807102794692007", name: "Part-time 20 h", days: week("04:00", "04:00") },
};

const TEXTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SCHEDULES).map(([hours, schedule]) => [hours, describeSchedule(schedule)]),
);

export function writeWorkSchedule({ weekly_working_hours: hours }: Person): string {
  return TEXTS[hours] ?? "null";
}

export function writeHolidayCalendar({ office }: Person): string {
  if (!office || !("calendar" in office)) return "null";
  return JSON.stringify({ type: "HolidayCalendar", attributes: office.calendar });
}

function week(mondayToThursday: string, friday: string): readonly string[] {
  return [...new Array<string>(4).fill(mondayToThursday), friday, FREE, FREE];
}

function describeSchedule({ id, name, days }: Schedule): string {
  const names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
  const hours = names.map((day, position) => `"${day}":"${days[position]}"`).join(",");
  // Written by hand, because JSON.stringify cannot print such an id.
  return `{"type":"WorkSchedule","attributes":{"id":${id},"name":"${name}","valid_from":null,${hours}}}`;
}
