import { customKeyOf } from "../../people/write/person-record.ts";
import type { Attribute } from "../../personio/employee.ts";
import { recordFieldsOf } from "./hide-fields.ts";

/** Fields that a record stores as an id of Personio's. */
const REFERENCES = ["department", "legalEntity", "office", "supervisor"] as const;

/** A field of a record by its name in `Person`; a custom attribute keeps its key. Pure. */
export const fieldOf = (field: string): string =>
  REFERENCES.find((name) => recordFieldsOf(name).some((kept) => kept === field)) ?? field;

/** A field of a record as an admin knows it: its name in `Person`, or the label of the attribute. Pure. */
export function nameField(field: string, attributes: readonly Pick<Attribute, "key" | "label">[]): string {
  const key = customKeyOf(field);
  if (key === null) return fieldOf(field);
  return `The attribute "${attributes.find((attribute) => attribute.key === key)?.label ?? key}"`;
}
