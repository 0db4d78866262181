import type { AttributeValue, Employee } from "../employee.ts";
import { customValues } from "./custom-attributes.ts";
import type { Fields, Person } from "./parse-persons.ts";
import { PRESETS } from "./preset-attributes.ts";
import type { V2Context } from "./v2-context.ts";

/**
 * Version 2's person and employment as one record in version 1's form: keys, nesting and values. A value that
 * version 2 does not send stays missing, even if it is probably empty: only `null` certainly means empty.
 */
// VERIFY(personio): that what is granted and empty comes as `null`. If it is left out, it is never cleared
// here.
export function toEmployee(
  { id, fields: person }: Person,
  employment: Fields | null,
  context: V2Context,
): Employee {
  const attributes: Record<string, AttributeValue> = Object.fromEntries(
    customValues(person.custom_attributes, context.granted),
  );
  const source = { id, person, employment: employment ?? {}, context };
  for (const [key, { read }] of PRESETS) {
    const value = read(source);
    if (value !== undefined) attributes[key] = value;
  }
  return { id, attributes };
}
