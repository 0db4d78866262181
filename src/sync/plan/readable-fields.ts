import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import type { PersonField } from "../../integration/fields/people-fields.ts";
import { customAttributeField } from "../../people/write/person-record.ts";
import type { Attribute } from "../../personio/employee.ts";
import { recordFieldsOf } from "./hide-fields.ts";

/** The fields of a record that a run reads: those whose attribute is mapped and granted. Pure. */
export function findReadableFields(
  { keyOf, customKeys }: Pick<MappedAttributes, "keyOf" | "customKeys">,
  granted: readonly Pick<Attribute, "key">[],
): string[] {
  const grantedKeys = new Set(granted.map(({ key }) => key));
  const fields = (Object.entries(keyOf) as [PersonField, string][])
    .filter(([, key]) => grantedKeys.has(key))
    .flatMap(([field]) => recordFieldsOf(field));
  return [...fields, ...customKeys.filter((key) => grantedKeys.has(key)).map(customAttributeField)];
}
