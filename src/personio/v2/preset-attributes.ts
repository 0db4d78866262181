import type { Attribute, AttributeValue } from "../employee.ts";
import { officeOrEntity, orgUnit, supervisor, weightedReferences } from "./org-references.ts";
import type { Fields } from "./parse-persons.ts";
import { plainValue, valueInside } from "./plain-value.ts";
import type { V2Context } from "./v2-context.ts";

type Value = AttributeValue | undefined;

/** A record of version 2. A person without an employment has an empty one. */
type Source = {
  readonly id: string;
  readonly person: Fields;
  readonly employment: Fields;
  readonly context: V2Context;
};

type Preset = Pick<Attribute, "label" | "type"> & { readonly read: (source: Source) => Value };

/**
 * Version 1's preset attributes that version 2 has too: Personio's initial label, the type, and the value in
 * version 1's form. This one list decides what version 2 can read and what it reads.
 */
export const PRESETS: ReadonlyMap<string, Preset> = new Map<string, Preset>([
  ["id", { label: "ID", type: "integer", read: ({ id }) => id }],
  ["first_name", standard("First name", ({ person }) => plainValue(person.first_name))],
  ["last_name", standard("Last name", ({ person }) => plainValue(person.last_name))],
  ["preferred_name", standard("Name (preferred)", ({ person }) => plainValue(person.preferred_name))],
  ["email", standard("Email", ({ person }) => plainValue(person.email))],
  ["gender", standard("Gender", ({ person }) => lowerCaseOrNull(person.gender))],
  ["status", standard("Status", readStatus)],
  ["position", standard("Position", ({ employment }) => valueInside(employment.position, "title"))],
  ["supervisor", standard("Supervisor", ({ employment }) => supervisor(employment.supervisor))],
  ["employment_type", standard("Employment type", ({ employment }) => lowerCaseOrNull(employment.type))],
  ["weekly_working_hours", standard("Weekly hours", readWeeklyHours)],
  ["hire_date", date("Hire date", ({ employment }) => plainValue(employment.employment_start_date))],
  ["contract_end_date", date("Contract ends", ({ employment }) => plainValue(employment.contract_end_date))],
  ["termination_date", date("Termination date", ofTermination("termination_date", readEndDate))],
  ["termination_type", standard("Termination type", ofTermination("termination_type", readEndType))],
  ["termination_reason", standard("Termination reason", ofTermination("termination_reason", readEndReason))],
  [
    "probation_period_end",
    date("Probation period end", ({ employment }) => plainValue(employment.probation_end_date)),
  ],
  ["last_working_day", date("Last day of work", ofTermination("last_working_day", readLastWorkingDay))],
  ["created_at", date("Created at", ({ person }) => plainValue(person.created_at))],
  [
    "last_modified_at",
    date("Last modified", ({ person, employment }) => later(person.updated_at, employment.updated_at)),
  ],
  [
    "legal_entity",
    standard("Legal entity", ({ employment, context }) =>
      officeOrEntity(employment.legal_entity, "legal_entity", context),
    ),
  ],
  [
    "office",
    standard("Office", ({ employment, context }) => officeOrEntity(employment.office, "office", context)),
  ],
  [
    "department",
    standard("Department", ({ employment, context }) => orgUnit(employment.org_units, "department", context)),
  ],
  ["team", standard("Team", ({ employment, context }) => orgUnit(employment.org_units, "team", context))],
  [
    "cost_centers",
    standard("Cost center", ({ employment, context }) =>
      weightedReferences(employment.cost_centers, "cost_centers", context),
    ),
  ],
  [
    "profile_picture",
    standard("Profile Picture", ({ person }) => valueInside(person.profile_picture, "url")),
  ],
]);

function standard(label: string, read: Preset["read"]): Preset {
  return { label, type: "standard", read };
}

function date(label: string, read: Preset["read"]): Preset {
  return { label, type: "date", read };
}

/** The status of a person has fewer values than the employment's, but it does show leavers. */
function readStatus({ person, employment }: Source): Value {
  return lowerCase(employment.status) ?? (lowerCase(person.status) === "inactive" ? "inactive" : undefined);
}

function readWeeklyHours({ employment }: Source): Value {
  const hours = plainValue(employment.weekly_working_hours);
  return typeof hours === "number" ? String(hours) : hours;
}

/** A person who stays has no termination, so all its readable parts are empty. */
// VERIFY(personio): that `employment_end_date` adds nothing to the termination.
function ofTermination(key: string, read: (termination: unknown) => Value): Preset["read"] {
  return ({ employment: { termination }, context: { granted } }) => {
    const isHidden = granted !== null && !granted.some((attribute) => attribute.key === key);
    return termination === null && isHidden ? undefined : read(termination);
  };
}

function readEndDate(termination: unknown): Value {
  return valueInside(termination, "termination_date");
}

function readEndType(termination: unknown): Value {
  return lowerCaseOrNull(valueInside(termination, "type"));
}

function readEndReason(termination: unknown): Value {
  return valueInside(termination, "reason");
}

/** Personio's documentation has two names for the last day of work. */
// VERIFY(personio): which of the two it is.
function readLastWorkingDay(termination: unknown): Value {
  const day = valueInside(termination, "last_working_day");
  return day === undefined ? valueInside(termination, "last_working_date") : day;
}

/** Version 1 writes in lower case what version 2 writes in capitals. */
function lowerCase(value: unknown): Value {
  const plain = plainValue(value);
  return typeof plain === "string" ? plain.toLowerCase() : plain;
}

function lowerCaseOrNull(value: unknown): Value {
  const plain = lowerCase(value);
  return plain === "unspecified" ? null : plain;
}

function later(...instants: readonly unknown[]): Value {
  return instants
    .filter((instant) => typeof instant === "string")
    .toSorted()
    .at(-1);
}
