import type { FieldSetting } from "./field-setting.ts";
import { type FieldSource, possibleSources } from "./field-source.ts";

/** What the company decided, by the name of the field. A field without an entry has its defaults. */
export type FieldSettings = ReadonlyMap<string, Pick<FieldSetting, "sources" | "sensitivity">>;

/** The sources of a field in order: the first that has the field wins. Pure. */
export const sourcesOf = (settings: FieldSettings, field: string): readonly FieldSource[] =>
  settings.get(field)?.sources ?? possibleSources(field);
