import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { PEOPLE_FIELDS } from "../../integration/fields/people-fields.ts";
import type { CustomAttributeType } from "../../people/custom-attributes/custom-attribute.ts";
import { type CustomAttributeValue, displayNameOf } from "../../people/write/person-record.ts";
import type { AttributeValue, Employee } from "../../personio/employee.ts";
import { bytesIn } from "../../personio/http/bytes.ts";
import type { Exclusion } from "./exclusion-rules.ts";
import { FIELD_READERS, type ShapeValue } from "./field-readers.ts";
import {
  INDEXED_BYTES_MAX,
  type Reading,
  readDay,
  readNumber,
  readTags,
  readText,
  tooLong,
} from "./read-values.ts";

/**
 * An employee in the fields of the directory. `fields` lacks a field that Personio did not send; an empty
 * field is null. A field that could not be read is only in `unreadable`. An absent field keeps the stored
 * value, an empty one clears it.
 */
export type TranslatedPerson = {
  readonly personioId: string;
  readonly fields: Partial<TranslatedFields>;
  readonly unreadable: readonly { readonly field: string; readonly found: string }[];
  /** Why the company's settings leave this person out; missing if they do not (`exclude.ts`). */
  readonly excluded?: Exclusion;
};

/** The mapped custom attributes, with the type by which to read each. */
export type CustomAttributeTypes = ReadonlyMap<string, CustomAttributeType>;

type FieldEntry = (typeof PEOPLE_FIELDS)[number];

export type TranslatedFields = {
  [Entry in FieldEntry as Entry["field"]]: ShapeValue<Entry["shape"]> | null;
} & { customAttributes: Readonly<Record<string, CustomAttributeValue>> };

const CUSTOM_READERS: {
  readonly [Type in CustomAttributeType]: (value: AttributeValue) => Reading<CustomAttributeValue>;
} = {
  TEXT: readText,
  MULTILINE: readText,
  NUMBER: readNumber,
  DATE: readDay,
  LIST: readText,
  TAGS: readTags,
  LINK: readText,
};

/**
 * Translates one employee by the reviewed mapping. Never throws: `unreadable` lists what cannot be read.
 * Pure.
 */
export function translate(
  employee: Employee,
  mapping: MappedAttributes,
  customTypes: CustomAttributeTypes,
): TranslatedPerson {
  const fields: Record<string, unknown> = {};
  const unreadable: { field: string; found: string }[] = [];
  const fits = createAllowance();
  for (const { field, shape } of PEOPLE_FIELDS) {
    const key = mapping.keyOf[field];
    const value = key === undefined ? undefined : employee.attributes[key];
    if (value === undefined) continue;
    const reading = fits<unknown>(FIELD_READERS[shape](value));
    if ("unreadable" in reading) unreadable.push({ field, found: reading.unreadable });
    else fields[field] = reading.value;
  }
  refuseLongNames(fields, unreadable);
  const customAttributes: Record<string, CustomAttributeValue> = {};
  for (const [key, type] of customTypes) {
    const value = employee.attributes[key];
    if (value === undefined) continue;
    const reading = fits(CUSTOM_READERS[type](value));
    if ("unreadable" in reading) unreadable.push({ field: key, found: reading.unreadable });
    else customAttributes[key] = reading.value;
  }
  fields.customAttributes = customAttributes;
  return { personioId: employee.id, fields: fields as Partial<TranslatedFields>, unreadable };
}

/** The limit for all texts of one person: more than any profile needs, and not too much for a row. */
const PERSON_BYTES_MAX = 256 * 1024;

const TOO_MUCH = {
  unreadable: `expected at most ${PERSON_BYTES_MAX} bytes of UTF-8 in all texts of a person`,
} as const;

/** Accepts values while their sum is within the limit. A refused value takes nothing from the limit. */
function createAllowance(): <Value>(reading: Reading<Value>) => Reading<Value> {
  let leftBytes = PERSON_BYTES_MAX;
  return (reading) => {
    if ("unreadable" in reading) return reading;
    const bytes = bytesOf(reading.value);
    if (bytes > leftBytes) return TOO_MUCH;
    leftBytes -= bytes;
    return reading;
  };
}

/** References have limits of their own. */
const bytesOf = (value: unknown): number =>
  Array.isArray(value)
    ? value.reduce((sum: number, item) => sum + bytesOf(item), 0)
    : typeof value === "string"
      ? bytesIn(value)
      : 0;

/**
 * Lists of people sort by last and first name. So one index entry of 2,700 bytes holds both, with the ids of
 * tenant, department and person.
 */
const WHOLE_NAME_BYTES_MAX = 2_400;

/**
 * Refuses the first name if each name fits but not both together. If one name was not read, its stored value
 * stays and may have the largest size, so the other name only gets the rest.
 */
function refuseLongNames(
  fields: Record<string, unknown>,
  unreadable: { field: string; found: string }[],
): void {
  const refuse = (field: string, bytesMax: number): void => {
    unreadable.push({ field, found: tooLong(bytesMax, bytesOf(fields[field])).unreadable });
    delete fields[field];
  };
  const { firstName, lastName } = fields;
  if (bytesOf(firstName) + bytesOf(lastName) > WHOLE_NAME_BYTES_MAX)
    refuse("firstName", WHOLE_NAME_BYTES_MAX - bytesOf(lastName));
  const rest = WHOLE_NAME_BYTES_MAX - INDEXED_BYTES_MAX;
  for (const [field, other] of [["firstName", "lastName"] as const, ["lastName", "firstName"] as const])
    if (fields[other] === undefined && bytesOf(fields[field]) > rest) refuse(field, rest);
}

/** The person's name by the fields that Personio sent; null if it sent no name. */
export const nameOf = (fields: Partial<TranslatedFields>): string | null =>
  displayNameOf({
    preferredName: fields.preferredName ?? null,
    firstName: fields.firstName ?? "",
    lastName: fields.lastName ?? "",
    workEmail: "",
    personioId: "",
  }) || null;

/** The served type for Personio's type of an attribute. An unknown type is text. */
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
