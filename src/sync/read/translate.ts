import type { PersonStatus } from "../../access/person-status.ts";
import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { PersonField } from "../../integration/fields/people-fields.ts";
import { type CustomAttributeValue, displayNameOf } from "../../people/changes/person-record.ts";
import type { CustomAttributeType } from "../../people/custom-attributes/custom-attribute.ts";
import type { EmploymentType } from "../../people/person.ts";
import type { AttributeValue, Employee } from "../../personio/employee.ts";
import {
  type OrgReference,
  type Reading,
  readDay,
  readEmail,
  readEmployeeReference,
  readLongText,
  readNumber,
  readOrgReference,
  readTags,
  readText,
} from "./read-values.ts";

/**
 * An employee in our words. A field that Personio did not send is missing from `fields`; one that is empty is null; one
 * that could not be read is missing too and stands in `unreadable`. Absent never clears, empty does.
 */
export type TranslatedPerson = {
  readonly personioId: string;
  readonly fields: Partial<TranslatedFields>;
  readonly unreadable: readonly { readonly field: string; readonly found: string }[];
};

export type TranslatedFields = {
  workEmail: string | null;
  firstName: string | null;
  lastName: string | null;
  preferredName: string | null;
  employeeId: string | null;
  position: string | null;
  department: OrgReference | null;
  subCompany: string | null;
  legalEntity: OrgReference | null;
  office: OrgReference | null;
  supervisor: string | null;
  status: PersonStatus | null;
  employmentType: EmploymentType | null;
  hireDate: string | null;
  probationEndDate: string | null;
  contractEndDate: string | null;
  terminationDate: string | null;
  dateOfBirth: string | null;
  customAttributes: Readonly<Record<string, CustomAttributeValue>>;
};

/** The custom attributes that are kept, with the type that says how to read each. */
export type CustomAttributeTypes = ReadonlyMap<string, CustomAttributeType>;

const READERS: {
  readonly [Field in PersonField]: (value: AttributeValue) => Reading<TranslatedFields[Field]>;
} = {
  workEmail: readEmail,
  firstName: readText,
  lastName: readText,
  preferredName: readText,
  employeeId: readText,
  position: readText,
  department: readOrgReference,
  subCompany: readOrgName,
  legalEntity: readOrgReference,
  office: readOrgReference,
  supervisor: readEmployeeReference,
  status: (value) => readStatus(value),
  employmentType: (value) => readEmploymentType(value),
  hireDate: readDay,
  probationEndDate: readDay,
  contractEndDate: readDay,
  terminationDate: readDay,
  dateOfBirth: readDay,
};

const CUSTOM_READERS: {
  readonly [Type in CustomAttributeType]: (value: AttributeValue) => Reading<CustomAttributeValue>;
} = {
  TEXT: readText,
  MULTILINE: readLongText,
  NUMBER: readNumber,
  DATE: readDay,
  LIST: readText,
  TAGS: readTags,
  LINK: readText,
};

/** Pure: one employee, by the mapping that the admin reviewed. Never throws: what cannot be read is said so. */
export function translate(
  employee: Employee,
  mapping: MappedAttributes,
  customTypes: CustomAttributeTypes,
): TranslatedPerson {
  const fields: Record<string, unknown> = {};
  const unreadable: { field: string; found: string }[] = [];
  for (const field in READERS) {
    const key = mapping.keyOf[field as PersonField];
    const value = key === undefined ? undefined : employee.attributes[key];
    if (value === undefined) continue;
    const reading = READERS[field as PersonField](value);
    if ("unreadable" in reading) unreadable.push({ field, found: reading.unreadable });
    else fields[field] = reading.value;
  }
  fields.customAttributes = translateCustom(employee, customTypes, unreadable);
  return { personioId: employee.id, fields: fields as Partial<TranslatedFields>, unreadable };
}

/** What all custom attributes of one person may hold together: more than any profile, and not too much for a row. */
const CUSTOM_LENGTH_MAX = 256 * 1024;

function translateCustom(
  employee: Employee,
  customTypes: CustomAttributeTypes,
  unreadable: { field: string; found: string }[],
): Record<string, CustomAttributeValue> {
  const values: Record<string, CustomAttributeValue> = {};
  let leftLength = CUSTOM_LENGTH_MAX;
  for (const [key, type] of customTypes) {
    const value = employee.attributes[key];
    if (value === undefined) continue;
    const reading = CUSTOM_READERS[type](value);
    if ("unreadable" in reading) {
      unreadable.push({ field: key, found: reading.unreadable });
      continue;
    }
    leftLength -= lengthOf(reading.value);
    if (leftLength >= 0) values[key] = reading.value;
    else unreadable.push({ field: key, found: TOO_MUCH });
  }
  return values;
}

const TOO_MUCH = `expected at most ${CUSTOM_LENGTH_MAX} characters in all custom attributes of a person`;

const lengthOf = (value: CustomAttributeValue): number =>
  Array.isArray(value)
    ? value.reduce((sum, item) => sum + item.length, 0)
    : typeof value === "string"
      ? value.length
      : 0;

/** What somebody is called, as far as Personio told; null when it told no name at all. */
export const nameOf = (fields: Partial<TranslatedFields>): string | null =>
  displayNameOf({
    preferredName: fields.preferredName ?? null,
    firstName: fields.firstName ?? "",
    lastName: fields.lastName ?? "",
    workEmail: "",
    personioId: "",
  }) || null;

/** Personio's type of an attribute, as we serve it. A type not met before is text until somebody says otherwise. */
export function customAttributeType(personioType: string): CustomAttributeType {
  switch (personioType) {
    case "multiline":
      return "MULTILINE";
    case "integer":
    case "decimal":
      return "NUMBER";
    case "date":
      return "DATE";
    case "list":
      return "LIST";
    case "tags":
      return "TAGS";
    case "link":
      return "LINK";
    default:
      return "TEXT";
  }
}

function readOrgName(value: AttributeValue): Reading<string> {
  const reading = readOrgReference(value);
  if ("unreadable" in reading) return reading;
  return { value: reading.value?.name ?? null };
}

// Maps, not objects: an object also knows "constructor".
const STATUSES = new Map<string, PersonStatus>([
  ["onboarding", "ONBOARDING"],
  ["active", "ACTIVE"],
  ["leave", "LEAVE"],
  ["inactive", "INACTIVE"],
]);
const readStatus = oneOf(STATUSES);

const EMPLOYMENT_TYPES = new Map<string, EmploymentType>([
  ["internal", "INTERNAL"],
  ["external", "EXTERNAL"],
]);
const readEmploymentType = oneOf(EMPLOYMENT_TYPES);

function oneOf<Value>(values: ReadonlyMap<string, Value>): (value: AttributeValue) => Reading<Value> {
  const expected = `expected one of ${[...values.keys()].join(", ")}`;
  return (value) => {
    if (value === null) return { value: null };
    const found = typeof value === "string" ? values.get(value.trim().toLowerCase()) : undefined;
    return found === undefined ? { unreadable: expected } : { value: found };
  };
}
