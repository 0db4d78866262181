import { isObject, type Json, type JsonObject } from "../schema/resource.ts";
import { invalidValue } from "../scim-error.ts";

/**
 * The members of a value, each once, as `{ value }`. An identity provider repeats members, and adds `$ref`
 * and `display`. Undefined for an empty list.
 *
 * @throws ScimError invalidValue
 */
export function readMembers(given: Json): JsonObject[] | undefined {
  const list = Array.isArray(given) ? given : [given];
  const ids = new Set(list.filter((member) => member !== null).map(idOf));
  return ids.size > 0 ? [...ids].map((value) => ({ value })) : undefined;
}

function idOf(member: Json): string {
  const id = isObject(member) ? member.value : member;
  if (typeof id !== "string")
    throw invalidValue("Each member must be an object with the id of a user as value.");
  return id.toLowerCase();
}
