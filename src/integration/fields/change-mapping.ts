import { badUserInput } from "../../errors.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { Rights } from "../rights.ts";
import { checkRows, type FieldMappingRow } from "./field-mapping.ts";
import { hideField, nameOfRow } from "./field-visibility.ts";
import { CUSTOM_ATTRIBUTES_FIELD, peopleFields } from "./people-fields.ts";
import { decideUndecided, proposeFieldMapping } from "./propose-mapping.ts";

/**
 * The mapping with some rows changed, and all others as they are: of two admins who change different rows,
 * both succeed. `customAttributes` adds its attribute, and `customAttributes.<key>` with null leaves it out.
 * Pure.
 *
 * @throws BAD_USER_INPUT
 */
export function changeRows(
  current: readonly FieldMappingRow[],
  changes: readonly FieldMappingRow[],
  granted: readonly Attribute[],
): FieldMappingRow[] {
  const known = [...granted.map(({ key }) => key), ...current.flatMap((row) => row.personioAttribute ?? [])];
  checkRows(
    changes.map((change) => asRow(change)),
    new Set(known),
  );
  return changes.reduce((rows, change) => changeRow(rows, change), [...current]);
}

/** A custom attribute that is named by its own key, as a row of the mapping. */
function asRow(change: FieldMappingRow): FieldMappingRow {
  const { personField, personioAttribute } = change;
  const { custom } = nameOfRow(change);
  if (personField === CUSTOM_ATTRIBUTES_FIELD && personioAttribute === null)
    throw badUserInput(
      `"${CUSTOM_ATTRIBUTES_FIELD}" without an attribute does not name the attribute to leave out.`,
      `To leave out one of them, send "${CUSTOM_ATTRIBUTES_FIELD}." with its key as personField, and null as personioAttribute.`,
    );
  if (custom === null) return change;
  if (personioAttribute !== null && personioAttribute !== custom)
    throw badUserInput(
      `"${personField}" cannot come from the attribute "${personioAttribute}".`,
      `Send "${CUSTOM_ATTRIBUTES_FIELD}" as personField, with the attribute to add.`,
    );
  return { personField: CUSTOM_ATTRIBUTES_FIELD, personioAttribute: custom };
}

function changeRow(rows: readonly FieldMappingRow[], change: FieldMappingRow): FieldMappingRow[] {
  const name = nameOfRow(change);
  if (change.personioAttribute === null) {
    if (peopleFields.some(({ field, required }) => required && field === name.field))
      throw badUserInput(
        `The field "${name.field}" cannot be hidden: the directory needs it.`,
        "Map a granted attribute to it, and hide other fields.",
      );
    return hideField(rows, name);
  }
  const row = asRow(change);
  const replaced = rows.filter(
    ({ personField, personioAttribute }) =>
      personField !== row.personField || (name.custom !== null && personioAttribute !== name.custom),
  );
  return [...replaced, row];
}

/**
 * The mapping under review after the rights were read again. Undecided fields get an attribute that is
 * granted now. Custom attributes that were not granted before are added. Pure.
 */
export function proposeMore(
  {
    fieldMapping,
    attributes: before,
  }: { readonly fieldMapping: readonly FieldMappingRow[] } & Pick<Rights, "attributes">,
  { attributes, missingRights }: Rights,
): readonly FieldMappingRow[] {
  const decided = decideUndecided(fieldMapping, attributes, missingRights);
  const known = new Set(before.map(({ key }) => key));
  const used = new Set(decided.map(({ personioAttribute }) => personioAttribute));
  const added = proposeFieldMapping(attributes, missingRights).filter(
    ({ personField, personioAttribute: key }) =>
      personField === CUSTOM_ATTRIBUTES_FIELD && key !== null && !known.has(key) && !used.has(key),
  );
  return added.length > 0 ? [...decided, ...added] : decided;
}
