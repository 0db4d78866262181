import type { FieldSetting } from "./field-setting.ts";
import { type FieldSource, possibleSources } from "./field-source.ts";

/** What the company decided about one field. */
export type FieldDecision = Pick<FieldSetting, "sources" | "sensitivity"> & {
  /** Whether an admin hides the field. Custom attributes are not hidden but unmapped. */
  readonly hidden: boolean;
};

/** What the company decided, by the name of the field. A field without an entry has its defaults. */
export type FieldSettings = ReadonlyMap<string, FieldDecision>;

/** The sources of a field in order: the first that has the field wins. A hidden field has none. Pure. */
export function sourcesOf(settings: FieldSettings, field: string): readonly FieldSource[] {
  const decided = settings.get(field);
  return decided?.hidden ? [] : (decided?.sources ?? possibleSources(field));
}
