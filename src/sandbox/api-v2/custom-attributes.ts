import type { Attribute } from "../api-v1/attribute.ts";
import { CUSTOM_ATTRIBUTES } from "../api-v1/custom-attributes.ts";
import { CUSTOM_ATTRIBUTE } from "../company/attributes.ts";
import type { Person } from "../company/person.ts";
import {
  applyValueFault,
  hasFault,
  isOmitted,
  isRemovedByFault,
  type Json,
  type Resource,
  type ResourceContext,
} from "./resource.ts";

/** Version 2's words for the types of version 1. */
const TYPES: Readonly<Record<Attribute["type"], string>> = {
  standard: "string",
  multiline: "string",
  list: "string",
  link: "string",
  tags: "string_list",
  integer: "int",
  decimal: "double",
  date: "date",
};

const VALUES: Readonly<Record<string, (person: Person) => Json>> = {
  [CUSTOM_ATTRIBUTE.birthday]: (person) => person[CUSTOM_ATTRIBUTE.birthday],
  [CUSTOM_ATTRIBUTE.employeeId]: (person) => person[CUSTOM_ATTRIBUTE.employeeId] || null,
  [CUSTOM_ATTRIBUTE.tShirtSize]: (person) => person[CUSTOM_ATTRIBUTE.tShirtSize] || null,
  [CUSTOM_ATTRIBUTE.languages]: (person) => person[CUSTOM_ATTRIBUTE.languages],
  [CUSTOM_ATTRIBUTE.linkedIn]: (person) => person[CUSTOM_ATTRIBUTE.linkedIn] || null,
  [CUSTOM_ATTRIBUTE.yearsOfExperience]: (person) => person[CUSTOM_ATTRIBUTE.yearsOfExperience],
  [CUSTOM_ATTRIBUTE.about]: (person) => person[CUSTOM_ATTRIBUTE.about] || null,
};

/** The granted custom attributes, each with its id, type and value. */
export function customAttributes(person: Person, context: ResourceContext): readonly Resource[] {
  const { canRead, faults, settings } = context;
  return CUSTOM_ATTRIBUTES.flatMap((attribute) => {
    const { key } = attribute;
    if (!canRead(key) || isRemovedByFault(faults, key)) return [];
    const value = applyValueFault(faults, { key, personId: person.id, value: VALUES[key]?.(person) ?? null });
    if (value === undefined || isOmitted(value, settings)) return [];
    return [describe(attribute, value, context)];
  });
}

function describe(
  { key, label, type, universalId }: Attribute,
  value: Json,
  { faults, settings }: ResourceContext,
): Resource {
  const word = TYPES[type];
  return {
    id: key,
    type: hasFault(faults, "upper-case-types") ? word.toUpperCase() : word,
    value,
    global_id: universalId ?? (settings.globalIds === "own id" ? key : null),
    // In the schema, and not in the examples.
    ...(hasFault(faults, "labels") ? { label } : {}),
  };
}
