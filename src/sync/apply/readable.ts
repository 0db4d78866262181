import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { DATE_FIELD } from "../../lifecycle/due/person-dates.ts";
import { DATED_KINDS, type DatedKind } from "../../lifecycle/event-kind.ts";
import type { AttributeDefinitions } from "../../people/write/attribute-definitions.repository.ts";
import type { Attribute } from "../../personio/employee.ts";
import type { ReadRules } from "../read/snapshot.ts";
import { customAttributeTypes } from "../read/translate-pages.ts";

/** The kinds of dates without an attribute, or with one that the credential may not read. Pure. */
export function findUnreadableKinds(
  { keyOf }: Pick<MappedAttributes, "keyOf">,
  granted: readonly Attribute[],
): DatedKind[] {
  const grantedKeys = new Set(granted.map(({ key }) => key));
  return DATED_KINDS.filter((kind) => {
    const key = keyOf[DATE_FIELD[kind]];
    return key === undefined || !grantedKeys.has(key);
  });
}

/**
 * The custom attributes to keep: those that are mapped, with label and type of those that are granted. Pure.
 */
export function findAttributeDefinitions(rules: ReadRules): AttributeDefinitions {
  const types = customAttributeTypes(rules);
  const readable = rules.rights.attributes.flatMap(({ key, label }) => {
    const type = types.get(key);
    return type ? [{ key, label, type }] : [];
  });
  return { mapped: rules.mapping.customKeys, readable };
}
