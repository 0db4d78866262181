import type { Attribute, Employee, UnreadList } from "../employee.ts";
import { uniqueByKey } from "../v1/parse-attributes.ts";
import { customDefinitions } from "./custom-attributes.ts";
import type { Person } from "./parse-persons.ts";
import { PRESETS } from "./preset-attributes.ts";
import type { LoadedV2Context } from "./v2-context.ts";

/**
 * The attributes of version 1's list that version 2 can read. It drops attributes that version 2 lacks
 * (working time, salaries, the subcompany) and references whose names the credential may not read. Those
 * whose list is only unreadable now stay. The right to the subcompany includes the legal entity.
 */
export function adaptAttributes(
  granted: readonly Attribute[],
  { missingRights }: Pick<LoadedV2Context, "missingRights">,
): readonly Attribute[] {
  const withEntity = granted.map((attribute) =>
    attribute.key === "subcompany" ? presetAttribute("legal_entity") : attribute,
  );
  const nameless = new Set(missingRights.flatMap(({ attributes }) => attributes));
  return uniqueByKey(withEntity).filter(
    ({ key }) => (PRESETS.has(key) || isCustom(key)) && !nameless.has(key),
  );
}

/** The attributes of some people: all that is known when Personio refuses version 1's list. */
export function seenAttributes({
  persons,
  employees,
  unreadLists,
}: {
  readonly persons: readonly Person[];
  readonly employees: readonly Employee[];
  readonly unreadLists: readonly UnreadList[];
}): readonly Attribute[] {
  const keys = [
    ...employees.flatMap(({ attributes }) => Object.keys(attributes)),
    ...unreadLists.flatMap(({ attributes }) => attributes),
  ];
  const presets = keys.filter((key) => PRESETS.has(key));
  const custom = persons.flatMap(({ fields }) => customDefinitions(fields.custom_attributes));
  const attributes = [...presets.map(presetAttribute), ...custom];
  return [...new Map(attributes.map((attribute) => [attribute.key, attribute])).values()];
}

function presetAttribute(key: string): Attribute {
  const { label, type } = PRESETS.get(key) ?? { label: key, type: "standard" };
  return { key, label, type, universalId: key, options: [] };
}

const isCustom = (key: string): boolean => key.startsWith("dynamic_");
