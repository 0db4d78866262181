import { isPersonal } from "../company/attributes.ts";
import type { Day, Person } from "../company/person.ts";
import { employmentIdOf, jobIdOf } from "../company/uuids.ts";
import { statusOf } from "../records/status.ts";
import { legalEntityIdOf } from "./legal-entities.ts";
import { type Field, hasFault, instantText, type Json, type ResourceContext } from "./resource.ts";

const FULL_TIME_HOURS = 40;

/** The employment of a person: it refers to other records by id, without names. */
export const EMPLOYMENT_FIELDS: readonly Field[] = [
  { name: "id", grant: null, read: ({ id }) => employmentIdOf(id) },
  // VERIFY(personio): credentials with few attributes were seen to get it; whether it needs a grant is not
  // known.
  { name: "status", grant: "status", read: (person, { today }) => statusOf(person, today).toUpperCase() },
  { name: "weekly_working_hours", grant: "weekly_working_hours", read: readHours },
  { name: "full_time_weekly_working_hours", grant: "weekly_working_hours", read: () => FULL_TIME_HOURS },
  day("probation_end_date", "probation_period_end", (person) => person.probation_period_end),
  day("employment_start_date", "hire_date", (person) => person.hire_date),
  day("employment_end_date", "termination_date", (person) => person.termination_date),
  { name: "type", grant: "employment_type", read: (person) => person.employment_type.toUpperCase() },
  day("contract_end_date", "contract_end_date", (person) => person.contract_end_date),
  { name: "created_at", grant: "created_at", read: ({ createdAt }) => instantText(createdAt) },
  {
    name: "updated_at",
    grant: "last_modified_at",
    read: (person, context) => instantText(employmentUpdatedAt(person, context)),
  },
  {
    name: "position",
    grant: "position",
    read: ({ position }) => (position === "" ? null : { title: position }),
  },
  { name: "supervisor", grant: "supervisor", read: readSupervisor },
  { name: "office", grant: "office", read: ({ office }) => reference(office) },
  { name: "org_units", grant: null, read: readOrgUnits },
  {
    name: "legal_entity",
    grant: "subcompany",
    read: ({ subcompany }, context) => subcompany && { id: legalEntityIdOf(subcompany, context) },
  },
  {
    name: "job",
    grant: "position",
    read: ({ position }) => (position === "" ? null : { id: jobIdOf(position) }),
  },
  { name: "sub_company", grant: "subcompany", read: ({ subcompany }) => reference(subcompany) },
  {
    name: "cost_centers",
    grant: "cost_centers",
    read: ({ costCenters }) => costCenters.map(({ id, percentage }) => ({ id, weight: percentage })),
  },
  { name: "person", grant: null, read: ({ id }) => ({ id }) },
  { name: "termination", grant: null, read: readTermination },
  { name: "_meta", grant: null, read: readLinks },
];

export const employmentUpdatedAt = (person: Person, { records }: Pick<ResourceContext, "records">): number =>
  records.lastChange(person, (key) => !isPersonal(key));

function day(name: string, grant: string, read: (person: Person) => Day | null): Field {
  return { name, grant, read };
}

const reference = (unit: { readonly id: string } | null): Json => unit && { id: unit.id };

/** A number, which is a text in version 1. */
function readHours({ weekly_working_hours: text }: Person): Json {
  const hours = Number(text);
  return text === "" || Number.isNaN(hours) ? null : hours;
}

/** A deleted person does not appear as a supervisor. */
const findSupervisor = ({ supervisor }: Person, { records }: ResourceContext): Person | undefined =>
  supervisor === null ? undefined : records.find(supervisor);

function readSupervisor(person: Person, context: ResourceContext): Json {
  return reference(findSupervisor(person, context) ?? null);
}

function readOrgUnits(person: Person, { canRead }: ResourceContext): Json | undefined {
  const types = (["team", "department"] as const).filter(canRead);
  if (types.length === 0) return undefined;
  return types.flatMap((type) => {
    const unit = person[type];
    return unit ? [{ type, id: unit.id }] : [];
  });
}

/** The granted parts; null for a person who does not leave. */
function readTermination(person: Person, { canRead, faults }: ResourceContext): Json | undefined {
  const lastDayKey = hasFault(faults, "last-working-date") ? "last_working_date" : "last_working_day";
  const parts = [
    ["termination_date", "termination_date", person.termination_date],
    ["last_working_day", lastDayKey, person.last_working_day],
    // VERIFY(personio): the attribute behind the day of the notice is not known.
    ["termination_date", "terminated_at", person.terminated_at],
    ["termination_type", "type", TERMINATION_TYPES[person.termination_type] ?? "UNSPECIFIED"],
    ["termination_reason", "reason", person.termination_reason || null],
  ] as const;
  const granted = parts.filter(([grant]) => canRead(grant));
  if (granted.length === 0) return undefined;
  if (person.termination_date === null) return null;
  return Object.fromEntries(granted.map(([, key, value]) => [key, value]));
}

const TERMINATION_TYPES: Readonly<Record<string, string>> = { "employee-quit": "EMPLOYEE" };

function readLinks(person: Person, context: ResourceContext): Json {
  const { url, canRead } = context;
  const supervisor = canRead("supervisor") ? findSupervisor(person, context) : undefined;
  return {
    links: {
      person: { href: `${url}/v2/persons/${person.id}` },
      ...(supervisor ? { supervisor: { href: `${url}/v2/persons/${supervisor.id}` } } : {}),
    },
  };
}
