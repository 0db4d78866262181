import type { Attribute } from "../../personio/employee.ts";
import type { Rights } from "../rights.ts";
import {
  accessMissing,
  checkRows,
  type FieldMappingRow,
  mappedAttributes,
  mergeRows,
  missingRequiredFields,
} from "./field-mapping.ts";
import { CUSTOM_ATTRIBUTES_FIELD, peopleFields } from "./people-fields.ts";

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

const mappableKeys = (
  granted: readonly Attribute[],
  proposal: readonly FieldMappingRow[],
): ReadonlySet<string> =>
  new Set([
    ...granted.map(({ key }) => key),
    ...proposal.flatMap(({ personioAttribute }) => personioAttribute ?? []),
  ]);
