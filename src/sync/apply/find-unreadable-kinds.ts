import type { MappedAttributes } from "../../integration/fields/field-mapping.ts";
import { DATE_FIELD } from "../../lifecycle/due/person-dates.ts";
import { DATED_KINDS, type DatedKind } from "../../lifecycle/event-kind.ts";
import type { Attribute } from "../../personio/employee.ts";

/** The kinds of dates that are read from no attribute, or from one that the credential may not read. Pure. */
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
