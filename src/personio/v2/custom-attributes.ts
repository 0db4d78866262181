import type { Attribute, AttributeValue } from "../employee.ts";
import { labelOf, readAttributeKey } from "../v1/parse-attributes.ts";
import { fieldOf, plainValue } from "./plain-value.ts";

/** A custom attribute. Its id is version 1's key. */
type CustomAttribute = {
  readonly id: string;
  readonly type: string;
  readonly globalId: string | null;
  readonly label: string;
  readonly value: unknown;
};

function toCustomAttribute(entry: unknown): CustomAttribute[] {
  const id = readAttributeKey(fieldOf(entry, "id"));
  if (id === null) return [];
  const type = fieldOf(entry, "type");
  const globalId = fieldOf(entry, "global_id");
  return [
    {
      id,
      type: typeof type === "string" ? type : "string",
      globalId: typeof globalId === "string" ? globalId : null,
      label: labelOf(fieldOf(entry, "label")),
      value: fieldOf(entry, "value"),
    },
  ];
}

const listOf = (customAttributes: unknown): readonly CustomAttribute[] =>
  Array.isArray(customAttributes) ? customAttributes.flatMap(toCustomAttribute) : [];

/** The values by key. An entry without a value is unknown, which is not empty. */
export function customValues(
  customAttributes: unknown,
  granted: readonly Attribute[] | null,
): readonly (readonly [key: string, value: AttributeValue])[] {
  return listOf(customAttributes).flatMap((attribute) => {
    const value = plainValue(tagsAsText(attribute.value));
    return value === undefined ? [] : [[keyOf(attribute, granted), value] as const];
  });
}

/** The attributes that the entries describe, when no list of attributes is readable. */
export const customDefinitions = (customAttributes: unknown): readonly Attribute[] =>
  listOf(customAttributes).map(({ id, type, label, globalId }) => ({
    key: id,
    label: label || id,
    type: TYPES_V1.get(type.toLowerCase()) ?? "standard",
    universalId: globalId && globalId !== id ? globalId : null,
    options: [],
  }));

/** The schema writes types in capitals, the examples and real responses in lower case. */
const TYPES_V1: ReadonlyMap<string, string> = new Map([
  ["int", "integer"],
  ["double", "decimal"],
  ["date", "date"],
  ["string_list", "tags"],
]);

// VERIFY(personio): that the id is version 1's key. If not, the known id (`universalId`) finds the attribute.
function keyOf({ id, globalId }: CustomAttribute, granted: readonly Attribute[] | null): string {
  if (!granted || granted.some(({ key }) => key === id)) return id;
  return granted.find(({ universalId }) => universalId !== null && universalId === globalId)?.key ?? id;
}

/** Version 1 joins tags with commas, or writes a JSON list as text if a tag contains a comma. */
function tagsAsText(value: unknown): unknown {
  if (!isTags(value) || value.length === 0) return value;
  return value.some((tag) => tag.includes(",")) ? JSON.stringify(value) : value.join(",");
}

const isTags = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((tag) => typeof tag === "string");
