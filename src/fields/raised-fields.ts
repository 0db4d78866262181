import { READ_SCOPE, type Scope, type Viewer } from "../access/viewer.ts";
import { SCOPE_OF } from "./field-sensitivity.ts";
import type { FieldSetting } from "./field-setting.ts";

/** The fields for which the company demands more than the schema does, with the scope of each. */
export type RaisedFields = ReadonlyMap<string, Scope>;

export const NOTHING_RAISED: RaisedFields = new Map();

type RaisedRow = Pick<FieldSetting, "name"> & { readonly sensitivity: "OPEN" | "HR" | "SENSITIVE" };

/** Reads them. It runs in the round trip that begins a snapshot, so they are as new as all that is served. */
export const RAISED_FIELDS_SQL = "select name, sensitivity from field_settings where sensitivity is not null";

export const readRaisedFields = (rows: readonly unknown[]): RaisedFields =>
  rows.length === 0
    ? NOTHING_RAISED
    : new Map((rows as readonly RaisedRow[]).map(({ name, sensitivity }) => [name, SCOPE_OF[sensitivity]]));

/** The scope that a raised field needs and the viewer lacks; null if the viewer may see it. */
export function missingScope(
  raised: RaisedFields,
  field: string,
  { scopes }: Pick<Viewer, "scopes">,
): Scope | null {
  const scope = raised.get(field);
  return scope === undefined || scope === READ_SCOPE || scopes.has(scope) ? null : scope;
}
