import type { Viewer } from "../../access/viewer.ts";
import type { RaisedFields } from "../../fields/raised-fields.ts";
import { hiddenPersonFields } from "../../people/person-scopes.ts";
import { customAttributeField } from "../../people/write/person-record.ts";

/** Replaces a value that the viewer may not see: the plan shows only that it changes. */
const HIDDEN = "(hidden)";

type Sides = {
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
};

/**
 * A planned change as this viewer may see it. Empty values are hidden, too: an empty last day beside a hidden
 * one would reveal a departure. An ADD only shows fields with a value, so it leaves guarded fields out. Pure.
 */
export function redactFields<Item extends Sides>(
  { before, after, ...rest }: Item,
  { viewer, raised }: { readonly viewer: Pick<Viewer, "scopes">; readonly raised: RaisedFields },
): Item {
  const guarded = hiddenPersonFields(viewer, raised);
  const item = {
    ...rest,
    before: before && withoutCustom(before, guarded),
    after: after && withoutCustom(after, guarded),
  } as Item;
  const isGuarded = (name: string): boolean => guarded.includes(name);
  const redact = (fields: Record<string, unknown>) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [name, isGuarded(name) ? HIDDEN : value]),
    );
  if (item.before) return { ...item, before: redact(item.before), after: item.after && redact(item.after) };
  const shown = Object.entries(item.after ?? {}).filter(([name]) => !isGuarded(name));
  return { ...item, after: item.after && Object.fromEntries(shown) };
}

/** Custom attributes are one value of a record, so the plan leaves out the single guarded ones. */
function withoutCustom(
  { customAttributes, ...fields }: Record<string, unknown>,
  guarded: readonly string[],
): Record<string, unknown> {
  if (typeof customAttributes !== "object" || customAttributes === null)
    return customAttributes === undefined ? fields : { ...fields, customAttributes };
  const shown = Object.entries(customAttributes).filter(
    ([key]) => !guarded.includes(customAttributeField(key)),
  );
  return { ...fields, customAttributes: Object.fromEntries(shown) };
}
