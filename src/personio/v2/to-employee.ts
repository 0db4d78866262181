import type { AttributeValue, Employee } from "../employee.ts";
import { customValues } from "./custom-attributes.ts";
import { costCenters, officeOrEntity, orgUnit, supervisor } from "./org-references.ts";
import type { Fields, Person } from "./parse-persons.ts";
import { plainValue, valueInside } from "./plain-value.ts";
import type { V2Context } from "./v2-context.ts";

type Value = AttributeValue | undefined;

/**
 * Version 2's person and employment as one record in version 1's form: keys, nesting and values. A value that
 * version 2 does not send stays missing, even if it is probably empty: only `null` certainly means empty.
 */
// VERIFY(personio): that what is granted and empty comes as `null`. If it is left out, it is never cleared
// here.
export function toEmployee(
  { id, fields: person }: Person,
  employment: Fields | null,
  context: V2Context,
): Employee {
  const values: Record<string, Value> = {
    ...Object.fromEntries(customValues(person.custom_attributes, context.granted)),
    id,
    ...personValues(person),
    ...(employment && employmentValues(employment, context)),
  };
  values.status ??= leaverStatus(person);
  values.last_modified_at = later(person.updated_at, employment?.updated_at);

  const attributes: Record<string, AttributeValue> = {};
  for (const [key, value] of Object.entries(values)) if (value !== undefined) attributes[key] = value;
  return { id, attributes };
}

const personValues = (person: Fields): Record<string, Value> => ({
  first_name: plainValue(person.first_name),
  last_name: plainValue(person.last_name),
  preferred_name: plainValue(person.preferred_name),
  email: plainValue(person.email),
  gender: lowerCaseOrNull(person.gender),
  profile_picture: valueInside(person.profile_picture, "url"),
  created_at: plainValue(person.created_at),
});

const employmentValues = (employment: Fields, context: V2Context): Record<string, Value> => ({
  status: lowerCase(employment.status),
  position: valueInside(employment.position, "title"),
  employment_type: lowerCaseOrNull(employment.type),
  weekly_working_hours: asText(plainValue(employment.weekly_working_hours)),
  hire_date: plainValue(employment.employment_start_date),
  probation_period_end: plainValue(employment.probation_end_date),
  contract_end_date: plainValue(employment.contract_end_date),
  ...terminationValues(employment.termination, context),
  supervisor: supervisor(employment.supervisor),
  department: orgUnit(employment.org_units, "department", context),
  team: orgUnit(employment.org_units, "team", context),
  office: officeOrEntity(employment.office, "office", context),
  legal_entity: officeOrEntity(employment.legal_entity, "legal_entity", context),
  cost_centers: costCenters(employment.cost_centers, context),
});

/**
 * A person who stays has no termination, so all its readable parts are empty. Personio's documentation has
 * two names for the last day of work.
 */
// VERIFY(personio): which of the two it is; and that `employment_end_date` adds nothing to the termination.
function terminationValues(termination: unknown, { granted }: V2Context): Record<string, Value> {
  const values = {
    termination_date: valueInside(termination, "termination_date"),
    termination_type: lowerCaseOrNull(valueInside(termination, "type")),
    termination_reason: valueInside(termination, "reason"),
    last_working_day: firstPresent(
      valueInside(termination, "last_working_day"),
      valueInside(termination, "last_working_date"),
    ),
  };
  if (termination !== null || granted === null) return values;
  const mayBeRead = (key: string): boolean => granted.some((attribute) => attribute.key === key);
  return Object.fromEntries(Object.entries(values).filter(([key]) => mayBeRead(key)));
}

/** The status of a person has fewer values than the employment's, but it does show leavers. */
const leaverStatus = ({ status }: Fields): Value =>
  lowerCase(status) === "inactive" ? "inactive" : undefined;

/** Version 1 writes in lower case what version 2 writes in capitals. */
function lowerCase(value: unknown): Value {
  const plain = plainValue(value);
  return typeof plain === "string" ? plain.toLowerCase() : plain;
}

function lowerCaseOrNull(value: unknown): Value {
  const plain = lowerCase(value);
  return plain === "unspecified" ? null : plain;
}

/** The first of the two that is present. */
const firstPresent = (one: Value, other: Value): Value => (one === undefined ? other : one);

const asText = (value: Value): Value => (typeof value === "number" ? String(value) : value);

function later(...instants: readonly unknown[]): Value {
  return instants
    .filter((instant) => typeof instant === "string")
    .toSorted()
    .at(-1);
}
