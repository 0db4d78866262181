import { isDeepStrictEqual } from "node:util";
import type { PersonRecord } from "../../people/write/person-record.ts";

type Fields = Record<string, unknown>;

/** The fields in which two records differ, on both sides; of somebody new, all that hold something. Pure. */
export function changedFields(
  before: PersonRecord | null,
  after: PersonRecord,
): { readonly before: Fields | null; readonly after: Fields } {
  if (!before) {
    return {
      before: null,
      after: Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null)),
    };
  }
  const names = (Object.keys(after) as (keyof PersonRecord)[]).filter(
    (name) => !isDeepStrictEqual(before[name], after[name]),
  );
  return {
    before: Object.fromEntries(names.map((name) => [name, before[name]])),
    after: Object.fromEntries(names.map((name) => [name, after[name]])),
  };
}
