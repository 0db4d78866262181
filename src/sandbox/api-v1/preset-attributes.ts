import type { Day, Person } from "../company/person.ts";
import type { Unit } from "../company/places.ts";
import { statusOf } from "../records/status.ts";
import type { Attribute, PageContext } from "./attribute.ts";

/** The attributes of every account, in Personio's order. The id is always present and not listed here. */
export const PRESET_ATTRIBUTES: readonly Attribute[] = [
  preset("first_name", "First name", (person) => JSON.stringify(person.first_name)),
  preset("last_name", "Last name", (person) => JSON.stringify(person.last_name)),
  preset("preferred_name", "Name (preferred)", (person) => JSON.stringify(person.preferred_name)),
  preset("email", "Email", (person) => JSON.stringify(person.email)),
  preset("gender", "Gender", (person) => JSON.stringify(person.gender)),
  preset("status", "Status", (person, { today }) => `"${statusOf(person, today)}"`),
  preset("position", "Position", (person) => JSON.stringify(person.position)),
  object("supervisor", "Supervisor", writeSupervisor),
  preset("employment_type", "Employment type", (person) => `"${person.employment_type}"`),
  // A number in a string, as in Personio.
  preset("weekly_working_hours", "Weekly hours", (person) => JSON.stringify(person.weekly_working_hours)),
  date("hire_date", "Hire date", (person) => person.hire_date),
  date("contract_end_date", "Contract ends", (person) => person.contract_end_date),
  date("termination_date", "Termination date", (person) => person.termination_date),
  preset("termination_type", "Termination type", (person) => JSON.stringify(person.termination_type)),
  preset("termination_reason", "Termination reason", (person) => JSON.stringify(person.termination_reason)),
  date("probation_period_end", "Probation period end", (person) => person.probation_period_end),
  instant("created_at", "Created at", (person) => person.createdAt),
  instant("last_modified_at", "Last modified", (person) => person.lastModifiedAt),
  object("subcompany", "Subcompany", (person) => writeUnit("Subcompany", person.subcompany)),
  object("office", "Office", (person) => writeUnit("Office", person.office)),
  object("department", "Department", (person) => writeUnit("Department", person.department)),
  object("team", "Team", (person) => writeUnit("Team", person.team)),
  preset("cost_centers", "Cost center", writeCostCenters),
  object("holiday_calendar", "Public holidays", writeHolidayCalendar),
  preset("absence_entitlement", "Absence entitlement", writeEntitlement),
  object("work_schedule", "Work schedule", writeWorkSchedule),
  money("fix_salary", "Fix salary", (person) => String(person.fix_salary)),
  preset("fix_salary_interval", "Salary interval", () => '"monthly"'),
  money("hourly_salary", "Hourly salary", () => "0"),
  date("last_working_day", "Last day of work", (person) => person.last_working_day),
  preset("profile_picture", "Profile Picture", writePicture),
];

function preset(key: string, label: string, write: Attribute["write"]): Attribute {
  return { key, label, type: "standard", universalId: key, options: [], write };
}

function object(key: string, label: string, write: Attribute["write"]): Attribute {
  return { ...preset(key, label, write), isObject: true };
}

function date(key: string, label: string, dayOf: (person: Person) => Day | null): Attribute {
  return { ...preset(key, label, (person, { zone }) => quoteDay(dayOf(person), zone)), type: "date" };
}

function instant(key: string, label: string, instantOf: (person: Person) => number): Attribute {
  return { ...preset(key, label, (person, { zone }) => `"${zone.write(instantOf(person))}"`), type: "date" };
}

function money(key: string, label: string, write: Attribute["write"]): Attribute {
  return { ...preset(key, label, write), type: "decimal", currency: "EUR" };
}

const quoteDay = (day: Day | null, { midnight }: PageContext["zone"]): string =>
  day === null ? "null" : `"${midnight(day)}"`;

const writeUnit = (type: string, unit: Unit | null): string =>
  unit === null
    ? "null"
    : `{"type":"${type}","attributes":{"id":${unit.id},"name":${JSON.stringify(unit.name)}}}`;

// VERIFY(personio): whether the supervisor's name and email need their own grants; without those we omit
// them.
function writeSupervisor({ supervisor }: Person, { canRead, findPerson }: PageContext): string {
  const person = supervisor === null ? undefined : findPerson(supervisor);
  if (!person) return "null";
  const { id, first_name: first, last_name: last, email } = person;
  let text = `{"type":"Employee","attributes":{"id":{"label":"ID","value":${id},"type":"integer","universal_id":"id"}`;
  if (canRead("first_name")) text += `,"first_name":${nested("First name", first, "first_name")}`;
  if (canRead("last_name")) text += `,"last_name":${nested("Last name", last, "last_name")}`;
  if (canRead("email")) text += `,"email":${nested("Email", email, "email")}`;
  return `${text}}}`;
}

const nested = (label: string, value: string | null, key: string): string =>
  `{"label":"${label}","value":${JSON.stringify(value)},"type":"standard","universal_id":"${key}"}`;

function writeCostCenters({ costCenters }: Person): string {
  const centers = costCenters.map(
    ({ id, name, percentage }) =>
      `{"type":"CostCenter","attributes":{"id":${id},"name":${JSON.stringify(name)},"percentage":${percentage}}}`,
  );
  return `[${centers.join(",")}]`;
}

const ENTITLEMENT = JSON.stringify([
  {
    type: "TimeOffType",
    attributes: { id: 140233, name: "Paid vacation", category: "paid_vacation", entitlement: 28 },
  },
]);

function writeEntitlement({ employment_type: type }: Person): string {
  return type === "external" ? "null" : ENTITLEMENT;
}

function writePicture({ id }: Person, { url }: PageContext): string {
  return `"${url}/v1/company/employees/${id}/profile-picture"`;
}

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

function writeWorkSchedule({ weekly_working_hours: hours }: Person): string {
  return TEXTS[hours] ?? "null";
}

function writeHolidayCalendar({ office }: Person): string {
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
