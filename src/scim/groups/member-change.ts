import { readOpaqueIds } from "../../request/opaque-id.ts";
import type { Operation } from "../requests/read-scim-request.ts";
import { MEMBERS } from "../schema/group-schema.ts";
import { isObject, type Json, type StoredResource } from "../schema/resource.ts";

/** The changes of the members of a group. A group has thousands, so they are never read for a change. */
export type MemberChange = {
  /** The added ones are all that remain. */
  readonly isReplaced: boolean;
  readonly added: readonly string[];
  readonly removed: readonly string[];
};

/** All operations on members together, in their order. Texts that are not our ids are left out. Pure. */
export function memberChangeOf(operations: readonly Operation[]): MemberChange | null {
  const own = operations.filter(({ target }) => target.attribute.name === MEMBERS);
  if (own.length === 0) return null;
  let isReplaced = false;
  const added = new Set<string>();
  const removed = new Set<string>();
  for (const { op, value } of own) {
    if (op === "replace" || (op === "remove" && value === undefined)) {
      isReplaced = true;
      added.clear();
      removed.clear();
    }
    const [into, outOf] = op === "remove" ? [removed, added] : [added, removed];
    for (const id of idsOf(value)) {
      into.add(id);
      outOf.delete(id);
    }
  }
  return { isReplaced, added: [...added], removed: [...removed] };
}

/** A whole resource replaces the members. */
export const membersOf = (resource: StoredResource): MemberChange => ({
  isReplaced: true,
  added: idsOf(resource[MEMBERS]),
  removed: [],
});

const idsOf = (members: Json | undefined): string[] =>
  readOpaqueIds(
    Array.isArray(members) ? members.map((member) => (isObject(member) ? member.value : null)) : [],
  );
