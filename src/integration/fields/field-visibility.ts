import type { Rights } from "../rights.ts";
import { type FieldMappingRow, mappedAttributes, mergeRows } from "./field-mapping.ts";
import { CUSTOM_ATTRIBUTES_FIELD } from "./people-fields.ts";
import { proposeFields } from "./propose-mapping.ts";

/** The proposal for an account, with the fields that an admin has hidden before: they stay hidden. Pure. */
export function keepHidden(
  current: readonly FieldMappingRow[],
  proposal: readonly FieldMappingRow[],
): FieldMappingRow[] {
  const hidden = mappedAttributes(current).hidden.map((personField) => ({
    personField,
    personioAttribute: null,
  }));
  return mergeRows(hidden, proposal);
}

/**
 * The completed mapping, plus the current rows that hide a field which the admin does not name. The custom
 * attributes of a connected account are a choice of the admin, too. Pure.
 */
export function keepUnnamed(
  current: readonly FieldMappingRow[],
  {
    completed,
    named,
    first,
  }: {
    readonly completed: readonly FieldMappingRow[];
    readonly named: readonly FieldMappingRow[];
    readonly first: boolean;
  },
): FieldMappingRow[] {
  const fields = new Set(named.map(({ personField }) => personField));
  const unnamed = current.filter(({ personField }) => !fields.has(personField));
  const kept = keepHidden(unnamed, completed);
  if (first || fields.has(CUSTOM_ATTRIBUTES_FIELD)) return kept;
  const isCustomRow = ({ personField }: FieldMappingRow): boolean => personField === CUSTOM_ATTRIBUTES_FIELD;
  return [...kept.filter((row) => !isCustomRow(row)), ...unnamed.filter(isCustomRow)];
}

/** The mapping with the field hidden: a field then has a row with null, a custom attribute none. Pure. */
export function hideField(current: readonly FieldMappingRow[], name: FieldName): FieldMappingRow[] {
  const others = current.filter((row) => !isRowOf(row, name));
  return name.custom === null ? [...others, { personField: name.field, personioAttribute: null }] : others;
}

/**
 * The mapping with the field shown, by the attribute that the proposal has for it. Without one, the field is
 * undecided. Pure.
 */
export function showField(
  current: readonly FieldMappingRow[],
  name: FieldName,
  { attributes, missingRights }: Rights,
): FieldMappingRow[] {
  if (name.custom !== null)
    return current.some((row) => isRowOf(row, name))
      ? [...current]
      : [...current, { personField: CUSTOM_ATTRIBUTES_FIELD, personioAttribute: name.custom }];
  const others = current.filter((row) => !isRowOf(row, name));
  if (others.length === current.length) return others;
  return [...others, ...proposeFields(attributes, missingRights).filter((row) => isRowOf(row, name))];
}

/** A field of a person, or a custom attribute by its key. */
export type FieldName = { readonly field: string; readonly custom: string | null };

/** Which field a row is about; `customAttributes.` and a key names one custom attribute, too. Pure. */
export function nameOfRow({ personField, personioAttribute }: FieldMappingRow): FieldName {
  if (personField === CUSTOM_ATTRIBUTES_FIELD) return { field: personField, custom: personioAttribute };
  const prefix = `${CUSTOM_ATTRIBUTES_FIELD}.`;
  return personField.startsWith(prefix)
    ? { field: CUSTOM_ATTRIBUTES_FIELD, custom: personField.slice(prefix.length) }
    : { field: personField, custom: null };
}

const isRowOf = (
  { personField, personioAttribute }: FieldMappingRow,
  { field, custom }: FieldName,
): boolean =>
  custom === null
    ? personField === field
    : personField === CUSTOM_ATTRIBUTES_FIELD && personioAttribute === custom;

/** Whether a mapping hides a field, or drops a custom attribute, that the one before had. Pure. */
export function hidesMore(before: readonly FieldMappingRow[], after: readonly FieldMappingRow[]): boolean {
  const [had, has] = [mappedAttributes(before), mappedAttributes(after)];
  return (
    has.hidden.some((field) => !had.hidden.includes(field)) ||
    had.customKeys.some((key) => !has.customKeys.includes(key))
  );
}
