import { ActionableError, badUserInput } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { Rights } from "../rights.ts";
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

/**
 * The proposal for an admin. It takes preset attributes by key, date of birth by its universal id, the
 * personnel number by its usual labels, and the company's custom attributes. It leaves out other attributes
 * with a universal id (bank account, tax number …): they are granted for payroll, and a directory does not
 * need them. It includes attributes that Personio refuses. They are reported as missing, and read once they
 * are granted.
 */
export function proposeFieldMapping(
  granted: readonly Attribute[],
  missingRights: Rights["missingRights"] = [],
): FieldMappingRow[] {
  const fields = proposeFields(granted, missingRights);
  const taken = new Set(fields.map((row) => row.personioAttribute));
  const custom = granted
    .filter((attribute) => isCustom(attribute) && attribute.universalId === null && !taken.has(attribute.key))
    .map((attribute) => ({ personField: CUSTOM_ATTRIBUTES_FIELD, personioAttribute: attribute.key }));
  return [...fields, ...custom];
}

/** The fields of a person for which an attribute is granted, or refused by Personio. */
export const proposeFields = (
  granted: readonly Attribute[],
  missingRights: Rights["missingRights"],
): FieldMappingRow[] =>
  peopleFields.flatMap((entry) => {
    const key = findServing(granted, entry)?.key ?? refusedKey(entry, missingRights);
    return key === null ? [] : [{ personField: entry.field, personioAttribute: key }];
  });

/**
 * The current mapping, plus rows for undecided fields whose attribute is granted now; the same object if
 * there are none. Custom attributes ticked since then wait for an admin, and one that is in use gets no
 * second field.
 */
export function decideUndecided(
  current: readonly FieldMappingRow[],
  granted: readonly Attribute[],
  missingRights: Rights["missingRights"] = [],
): readonly FieldMappingRow[] {
  const decided = new Set(current.map((row) => row.personField));
  const used = new Set(current.map((row) => row.personioAttribute));
  const own = new Set(granted.filter(isCustom).map(({ key }) => key));
  const added = proposeFields(granted, missingRights).filter(
    ({ personField, personioAttribute: key }) =>
      !decided.has(personField) && !(key !== null && own.has(key) && used.has(key)),
  );
  return added.length > 0 ? [...current, ...added] : current;
}

/**
 * Completes a mapping from an admin: fields that it does not name keep the proposal.
 *
 * @throws BAD_USER_INPUT for a field or an attribute that does not exist, or a field named twice.
 * @throws PERSONIO_ACCESS_MISSING when a required field would have no attribute.
 */
export function completeFieldMapping(
  reviewed: readonly FieldMappingRow[] | undefined,
  granted: readonly Attribute[],
  missingRights: Rights["missingRights"] = [],
): FieldMappingRow[] {
  const proposal = proposeFieldMapping(granted, missingRights);
  // An admin may send the proposal back unchanged.
  if (reviewed) checkRows(reviewed, mappableKeys(granted, proposal));
  const rows = reviewed ? mergeRows(reviewed, proposal) : proposal;
  const missing = missingRequiredFields(rows, granted);
  if (missing.length > 0) throw accessMissing(missing);
  return rows;
}

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

/** The custom attributes that are mapped, and those that could be because no field uses them. Pure. */
export function customKeysToChoose(
  current: readonly FieldMappingRow[],
  granted: readonly Attribute[],
): string[] {
  const { customKeys, keyOf } = mappedAttributes(current);
  const proposed = proposeFields(granted, []).map(({ personioAttribute }) => personioAttribute);
  const used = new Set([...Object.values(keyOf), ...proposed]);
  const unused = granted.filter((attribute) => isCustom(attribute) && !used.has(attribute.key));
  return [...new Set([...customKeys, ...unused.map(({ key }) => key)])];
}

/**
 * The current mapping for another version of the API: it keeps what that version can read, and makes a new
 * proposal for the rest. It keeps all custom attributes, because version 2 cannot always list them, and the
 * directory drops those without a row.
 */
export function translateFieldMapping(
  current: readonly FieldMappingRow[],
  granted: readonly Attribute[],
  missingRights: Rights["missingRights"] = [],
): FieldMappingRow[] {
  const grantedKeys = new Set(granted.map((attribute) => attribute.key));
  const kept = current.filter(
    ({ personField, personioAttribute: key }) =>
      personField === CUSTOM_ATTRIBUTES_FIELD || key === null || grantedKeys.has(key),
  );
  return mergeRows(kept, proposeFieldMapping(granted, missingRights));
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

type PeopleFieldEntry = (typeof peopleFields)[number];

function findServing(granted: readonly Attribute[], entry: PeopleFieldEntry): Attribute | undefined {
  if (entry.presetKeys) {
    return entry.presetKeys.map((key) => granted.find((attribute) => attribute.key === key)).find(Boolean);
  }
  if (entry.universalId) return granted.find((attribute) => attribute.universalId === entry.universalId);
  const labels = entry.labels ?? [];
  return granted.find(
    (attribute) => isCustom(attribute) && labels.includes(attribute.label.trim().toLowerCase()),
  );
}

const refusedKey = (
  { presetKeys }: PeopleFieldEntry,
  missingRights: Rights["missingRights"],
): string | null =>
  presetKeys?.find((key) => missingRights.some(({ attributes }) => attributes.includes(key))) ?? null;

// Personio numbers custom attributes: `dynamic_402118`.
const isCustom = (attribute: Attribute): boolean => attribute.key.startsWith("dynamic_");

const isPersonField = (field: string): field is PersonField =>
  peopleFields.some((entry) => entry.field === field);

const mappableKeys = (
  granted: readonly Attribute[],
  proposal: readonly FieldMappingRow[],
): ReadonlySet<string> =>
  new Set([
    ...granted.map(({ key }) => key),
    ...proposal.flatMap(({ personioAttribute }) => personioAttribute ?? []),
  ]);

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
