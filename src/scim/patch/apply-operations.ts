import { type ScimPatchOperation, scimPatch } from "scim-patch";
import { elementOf, type Fold, fulfils } from "../filter/condition.ts";
import { pathOf, type Target } from "../requests/read-path.ts";
import type { Operation } from "../requests/read-scim-request.ts";
import { VALUES_MAX } from "../schema/read-value.ts";
import { isObject, type Json, type JsonObject, keyOf, type StoredResource } from "../schema/resource.ts";
import { invalidValue, ScimError } from "../scim-error.ts";

/**
 * Identity providers send an operation for each attribute that changed, and map some 30 of them. Each may
 * read a list of 100 long values. All run in one turn of the event loop, where 500 took 0.4 s of CPU.
 * Members are not among them: they change by thousands, in another way.
 */
export const OPERATIONS_APPLIED_MAX = 100;

/**
 * The resource after the operations, one after the other. The library gets only names of the schema and
 * values in its form. Elements of lists are chosen here: the library compares them with case, and splits a
 * filter at each `:`. Pure.
 *
 * @throws ScimError noTarget
 */
export function applyOperations(resource: StoredResource, operations: readonly Operation[]): StoredResource {
  if (operations.length > OPERATIONS_APPLIED_MAX)
    throw invalidValue(`A request changes at most ${OPERATIONS_APPLIED_MAX} attributes.`);
  const fold = createFold();
  let patched: StoredResource = structuredClone(resource);
  for (const operation of operations) {
    patched = apply(patched, operation, fold);
    const { attribute, extension } = operation.target;
    if (attribute.multiValued && extension === null)
      patched = keepOnePrimary(resource, patched, attribute.name);
  }
  return withoutEmptyParts(patched);
}

/** Each operation compares the same long texts: each is folded once. */
function createFold(): Fold {
  const folded = new Map<string, string>();
  return (text) => {
    const known = folded.get(text);
    if (known !== undefined) return known;
    const key = keyOf(text);
    folded.set(text, key);
    return key;
  };
}

function apply(resource: StoredResource, { op, target, value }: Operation, fold: Fold): StoredResource {
  const { attribute, filter, sub } = target;
  if (!attribute.multiValued || (!filter && !sub && !(op === "remove" && value !== undefined)))
    return patch(resource, op, pathOf(target), value);
  const before = elementsOf(resource, target);
  const after = applyToElements(before, { op, target, ...(value !== undefined && { value }) }, fold);
  if (after.length > VALUES_MAX) throw invalidValue(`${attribute.name} has more than ${VALUES_MAX} values.`);
  const path = pathOf({ ...target, sub: null });
  return after.length > 0 ? patch(resource, "replace", path, after) : patch(resource, "remove", path);
}

/** The elements of a list after an operation on some of them. */
function applyToElements(elements: readonly JsonObject[], operation: Operation, fold: Fold): JsonObject[] {
  const { op, target, value } = operation;
  const { filter, sub } = target;
  const isMeant = (element: JsonObject): boolean => (filter ? fulfils(element, filter, fold) : true);
  if (op === "remove" && !sub) {
    const isListed = listedBy(value, fold);
    return elements.filter((element) => !(isMeant(element) && isListed(element)));
  }
  if (op === "remove")
    return elements
      .map((element) => (isMeant(element) ? patch(element, op, sub?.name ?? "") : element))
      .filter((element) => Object.keys(element).length > 0);
  const part: JsonObject = sub ? { [sub.name]: value ?? null } : isObject(value) ? value : {};
  if (!elements.some(isMeant)) return [...elements, newElement(target, part)];
  return elements.map((element) => (isMeant(element) ? patchAll(element, op, part) : element));
}

/** Whether `remove` with a list names an element: by each sub-attribute that the list gives, without case. */
function listedBy(value: Json | undefined, fold: Fold): (element: JsonObject) => boolean {
  if (!Array.isArray(value)) return () => true;
  const listed = value.filter(isObject).map((one) => Object.entries(keysOf(one, fold)));
  return (element) => {
    const keys = keysOf(element, fold);
    return listed.some((parts) => parts.every(([name, part]) => keys[name] === part));
  };
}

/** No sub-attribute of a list is case-exact. */
const keysOf = (element: JsonObject, fold: Fold): JsonObject =>
  Object.fromEntries(
    Object.entries(element).map(([name, part]) => [name, typeof part === "string" ? fold(part) : part]),
  );

function newElement({ filter, attribute }: Target, part: JsonObject): JsonObject {
  const described = filter ? elementOf(filter) : {};
  if (described === null)
    throw new ScimError(400, "noTarget", `No value of ${attribute.name} fulfils the filter of the path.`);
  return { ...described, ...part };
}

const elementsOf = (resource: StoredResource, { extension, attribute }: Target): JsonObject[] => {
  const holder = extension === null ? resource : resource[extension];
  const list = isObject(holder) ? holder[attribute.name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
};

const patchAll = (element: JsonObject, op: "add" | "replace", part: JsonObject): JsonObject =>
  Object.entries(part).reduce((patched, [name, value]) => patch(patched, op, name, value), element);

/** The library needs these in a resource, and our operations never change them. */
const EXTRAS = { schemas: [], meta: { created: new Date(0), lastModified: new Date(0) } };

function patch(resource: JsonObject, op: Operation["op"], path: string, value?: Json): JsonObject {
  const operation: ScimPatchOperation = op === "remove" ? { op, path } : { op, path, value };
  const document = { ...resource, ...EXTRAS };
  const { schemas, meta, ...patched } = scimPatch(document, [operation]);
  return patched;
}

/**
 * At most one element of a list is primary: the one that this request made primary (RFC 7644, section 3.5.2).
 * Pure.
 */
function keepOnePrimary(before: StoredResource, after: StoredResource, name: string): StoredResource {
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

function withoutEmptyParts(resource: StoredResource): StoredResource {
  const isEmpty = (value: Json): boolean => isObject(value) && Object.keys(value).length === 0;
  return Object.fromEntries(
    Object.entries(resource)
      .map(([name, value]): [string, Json] => [name, isObject(value) ? withoutEmptyParts(value) : value])
      .filter(([, value]) => !isEmpty(value)),
  );
}
