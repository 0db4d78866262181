import type { RaisedFields } from "../fields/raised-fields.ts";
import type { FieldMappingRow } from "../integration/fields/field-mapping.ts";
import { CUSTOM_ATTRIBUTES_FIELD } from "../integration/fields/people-fields.ts";
import type { Sample, Samples } from "../integration/samples.ts";
import { scopeOfField } from "../people/person-scopes.ts";
import { customAttributeField } from "../people/write/person-record.ts";
import type { EmployeePage } from "../personio/employee.ts";

/** An example shows what an attribute is; it may be incomplete. */
const TEXT_LENGTH_MAX = 100;
const LIST_LENGTH_MAX = 5;

/**
 * The attributes of which the review shows an example: those that only fill fields without a scope of their
 * own. Values that need `people:hr` or `people:sensitive` are never stored before the import, nor those of an
 * attribute that no field uses. Pure.
 */
export function sampledKeys(mapping: readonly FieldMappingRow[], raised: RaisedFields): ReadonlySet<string> {
  const keys = mapping.flatMap(({ personioAttribute }) => personioAttribute ?? []);
  return new Set(
    keys.filter((key) => fieldsOf(key, mapping).every((field) => scopeOfField(field, raised) === null)),
  );
}

/** The fields that an attribute fills, by the names under which a company raises their sensitivity. Pure. */
export const fieldsOf = (key: string, mapping: readonly FieldMappingRow[]): string[] =>
  mapping
    .filter(({ personioAttribute }) => personioAttribute === key)
    .map(({ personField }) =>
      personField === CUSTOM_ATTRIBUTES_FIELD ? customAttributeField(key) : personField,
    );

/** Passes pages on, and keeps the first value of each of these attributes. */
export function createSampler(keys: ReadonlySet<string>) {
  const samples = new Map<string, Sample>();
  return {
    async *watch(pages: AsyncIterable<EmployeePage>): AsyncGenerator<EmployeePage> {
      for await (const page of pages) {
        if (samples.size < keys.size) for (const { attributes } of page.employees) note(attributes);
        yield page;
      }
    },
    samples: (): Samples => Object.fromEntries(samples),
  };

  function note(attributes: Readonly<Record<string, unknown>>): void {
    for (const key of keys) {
      if (samples.has(key)) continue;
      const sample = sampleOf(attributes[key]);
      if (sample !== null) samples.set(key, sample);
    }
  }
}

/** A value of Personio as an example; null for an empty one, and for one without a name. Pure. */
export function sampleOf(value: unknown): Sample | null {
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value === "string") return value === "" ? null : cut(value);
  if (Array.isArray(value)) {
    const texts = value.slice(0, LIST_LENGTH_MAX).flatMap((item) => textOf(item) ?? []);
    return texts.length > 0 ? texts : null;
  }
  return textOf(value);
}

/** Departments, offices and the like have a name, a supervisor has two, and a list of theirs has values. */
function textOf(value: unknown): string | null {
  if (typeof value === "string") return value === "" ? null : cut(value);
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null || !("attributes" in value)) return null;
  const named = value.attributes as Readonly<Record<string, unknown>> | null;
  const names = [named?.name, named?.first_name, named?.last_name].filter((name) => typeof name === "string");
  return names.length > 0 ? cut(names.join(" ")) : null;
}

/** By code point: half a surrogate pair is not text. */
const cut = (text: string): string =>
  text.length <= TEXT_LENGTH_MAX ? text : `${[...text].slice(0, TEXT_LENGTH_MAX).join("")}…`;
