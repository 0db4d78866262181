import { ActionableError, badUserInput } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import {
  CUSTOM_ATTRIBUTES_FIELD,
  HOLIDAY_CALENDAR_KEY,
  type PersonField,
  peopleFields,
} from "./people-fields.ts";

/**
 * One row of the mapping: the Person field, and the key of its Personio attribute. Null means that an admin
 * has hidden the field. A field without a row is undecided, because no attribute was granted for it so far.
 */
export type FieldMappingRow = {
  readonly personField: string;
  readonly personioAttribute: string | null;
};

/** The mapping, as a sync uses it. A sync does not read an undecided field, and keeps its stored values. */
export type MappedAttributes = {
  readonly keyOf: Readonly<Partial<Record<PersonField, string>>>;
  readonly customKeys: readonly string[];
  /**
   * Fields that an admin does not want in the directory: a sync does not read them, and deletes their stored
   * values.
   */
  readonly hidden: readonly PersonField[];
};

/** The required fields without a granted attribute, by the attribute's name in Personio. */
export function missingRequiredFields(
  rows: readonly FieldMappingRow[],
  granted: readonly Attribute[],
): string[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  return peopleFields
    .filter((entry) => entry.required)
    .filter((entry) => {
      const key = rows.find((row) => row.personField === entry.field)?.personioAttribute;
      return !key || !grantedKeys.has(key);
    })
    .map((entry) => entry.personioName);
}

export const accessMissing = (attributeNames: readonly string[]): ActionableError =>
  new ActionableError(
    "PERSONIO_ACCESS_MISSING",
    `The Personio credential may not read: ${attributeNames.join(", ")}.`,
    "In Personio, open Settings > Integrations > API credentials (or Marketplace > Connected integrations), edit this " +
      `credential, tick ${attributeNames.join(", ")} under "Readable employee attributes" and save. Then try again; the ` +
      "credential itself stays the same.",
    { details: { attributes: attributeNames } },
  );

export function mappedAttributes(rows: readonly FieldMappingRow[]): MappedAttributes {
  const keyOf: Partial<Record<PersonField, string>> = {};
  const customKeys: string[] = [];
  const hidden: PersonField[] = [];
  for (const { personField, personioAttribute } of rows) {
    if (personField === CUSTOM_ATTRIBUTES_FIELD)
      customKeys.push(...(personioAttribute ? [personioAttribute] : []));
    else if (!isPersonField(personField)) continue;
    else if (personioAttribute === null) hidden.push(personField);
    else keyOf[personField] = personioAttribute;
  }
  // Stored mappings may name an attribute twice, because Personio listed it twice.
  return { keyOf, customKeys: [...new Set(customKeys)], hidden };
}

/**
 * The attributes that a sync needs, by key: the mapped ones, and the holiday calendar that suggests an
 * office's time zone.
 */
export const neededAttributes = ({ keyOf, customKeys }: MappedAttributes): ReadonlySet<string> =>
  new Set([...Object.values(keyOf), ...customKeys, HOLIDAY_CALENDAR_KEY]);

const isPersonField = (field: string): field is PersonField =>
  peopleFields.some((entry) => entry.field === field);

export function checkRows(rows: readonly FieldMappingRow[], mappable: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const { personField, personioAttribute } of rows) {
    const custom = personField === CUSTOM_ATTRIBUTES_FIELD;
    if (!custom && !isPersonField(personField)) {
      throw badUserInput(
        `There is no person field "${personField}" to map.`,
        `Map one of: ${[...peopleFields.map((entry) => entry.field), CUSTOM_ATTRIBUTES_FIELD].join(", ")}.`,
      );
    }
    if (personioAttribute !== null && !mappable.has(personioAttribute)) {
      throw badUserInput(
        `The credential may not read the attribute "${personioAttribute}", which the mapping of ` +
          `"${personField}" names.`,
        "Choose a granted attribute of personioIntegration.attributes, or grant this one in Personio and " +
          "connect again.",
        "ATTRIBUTE_NOT_GRANTED",
      );
    }
    const once = custom ? `${personField}:${personioAttribute}` : personField;
    if (seen.has(once)) {
      throw badUserInput(
        `"${once}" is mapped twice.`,
        "Map each person field and each custom attribute only once.",
        "ATTRIBUTE_MAPPED_TWICE",
      );
    }
    seen.add(once);
  }
}

/** The admin's rows win. If any row names custom attributes, only those in the rows are kept. */
export function mergeRows(
  reviewed: readonly FieldMappingRow[],
  proposal: readonly FieldMappingRow[],
): FieldMappingRow[] {
  const named = new Set(reviewed.map((row) => row.personField));
  return [...reviewed, ...proposal.filter((row) => !named.has(row.personField))];
}
