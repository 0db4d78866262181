import { isObject, type Json, type StoredResource } from "../schema/resource.ts";

/**
 * At most one element of a list is primary: the one that this request made so (RFC 7644, section 3.5.2).
 * Pure.
 */
export function keepOnePrimary(before: StoredResource, after: StoredResource, name: string): StoredResource {
  const list = after[name];
  if (!Array.isArray(list) || list.filter(isPrimary).length < 2) return after;
  const former = before[name];
  const was = new Set(Array.isArray(former) ? former.filter(isPrimary).map(identify) : []);
  const place = list.findLastIndex((element) => isPrimary(element) && !was.has(identify(element)));
  const kept = place >= 0 ? place : list.findIndex(isPrimary);
  return {
    ...after,
    [name]: list.map((element, at) =>
      isObject(element) && isPrimary(element) && at !== kept ? { ...element, primary: false } : element,
    ),
  };
}

const isPrimary = (element: Json): boolean => isObject(element) && element.primary === true;
const identify = (element: Json): string =>
  isObject(element) ? JSON.stringify([element.type, element.value]) : "";
