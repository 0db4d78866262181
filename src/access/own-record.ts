import type { Viewer } from "./viewer.ts";

/** The viewer of each object that is the viewer's own record. */
const owners = new WeakMap<object, Viewer>();

/**
 * A copy of the record, marked as the viewer's own: the viewer may see all its fields. The copy belongs to
 * one answer; the record that loaders share with other fields of the request stays unmarked.
 */
export function asOwnRecord<Record extends object>(record: Record, viewer: Viewer): Record {
  const own = { ...record };
  owners.set(own, viewer);
  return own;
}

export const isOwnRecord = (record: unknown, viewer: Viewer): boolean =>
  typeof record === "object" && record !== null && owners.get(record) === viewer;
