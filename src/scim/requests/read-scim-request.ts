import { z } from "zod";
import type { Condition } from "../filter/condition.ts";
import { findAttribute, type ResourceKind, type Schema } from "../schema/attribute.ts";
import { MEMBERS } from "../schema/group-schema.ts";
import { onlyOf, readSingle, readValue } from "../schema/read-value.ts";
import { isObject, type Json, type JsonObject, type StoredResource } from "../schema/resource.ts";
import { invalidPath, invalidSyntax, invalidValue } from "../scim-error.ts";
import { readMembers } from "./read-members.ts";
import { isLeftOut, pathOf, readPath, type Target } from "./read-path.ts";

export type Operation = {
  readonly op: "add" | "replace" | "remove";
  readonly target: Target;
  /** In the form of the schema. Without one, `remove` takes everything that the target names. */
  readonly value?: Json;
};

const PATCH_SCHEMA_ID = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/** An identity provider sends one operation for each attribute that changed, and one for each member. */
const OPERATIONS_MAX = 20_000;

const json: z.ZodType<Json> = z.custom<Json>();
const schemas = z.array(z.string()).optional();
const resourceBody = z.looseObject({ schemas });
const patchBody = z.object({
  schemas,
  Operations: z
    .array(z.object({ op: z.string(), path: z.string().nullish(), value: json.optional() }))
    .min(1)
    .max(OPERATIONS_MAX),
});

/**
 * A resource as an identity provider spells it, in the form of the schema. Unknown attributes and extensions
 * are left out. Pure.
 *
 * @throws ScimError
 */
export function readResource(kind: ResourceKind, body: unknown): StoredResource {
  const parsed = resourceBody.safeParse(body);
  if (!parsed.success)
    throw invalidSyntax("The body must be a JSON object, and its schemas a list of texts.");
  checkSchemas(parsed.data.schemas, kind.schema.id);
  const resource: StoredResource = {};
  for (const [name, value] of Object.entries(parsed.data as JsonObject)) {
    const extension = kind.extensions.find(({ id }) => id.toLowerCase() === name.toLowerCase());
    if (!extension) Object.assign(resource, readAttributes(kind.schema, { [name]: value }));
    else if (isObject(value)) {
      const read = readAttributes(extension, value);
      if (Object.keys(read).length > 0) resource[extension.id] = read;
    }
  }
  return resource;
}

function readAttributes(schema: Schema, values: JsonObject): JsonObject {
  const read: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    const attribute = isLeftOut(name) ? undefined : findAttribute(schema.attributes, name);
    if (!attribute) continue;
    const known =
      attribute.name === MEMBERS
        ? readMembers(value)
        : readValue(attribute, emptied(attribute.name, value), attribute.name);
    if (known !== undefined) read[attribute.name] = known;
  }
  return read;
}

/**
 * The operations of a PATCH in the form of RFC 7644, with paths and values of the schema, whatever the
 * identity provider's spelling. Pure.
 *
 * @throws ScimError
 */
export function readOperations(kind: ResourceKind, body: unknown): Operation[] {
  const parsed = patchBody.safeParse(body);
  if (!parsed.success)
    throw invalidSyntax(
      `The body must have 1 to ${OPERATIONS_MAX} Operations, each with an op and a path or a value.`,
    );
  checkSchemas(parsed.data.schemas, PATCH_SCHEMA_ID);
  return parsed.data.Operations.flatMap(({ op, path, value }) => {
    const verb = op.toLowerCase();
    if (verb !== "add" && verb !== "replace" && verb !== "remove")
      throw invalidSyntax("op must be add, replace or remove.");
    if (path !== undefined && path !== null && path.trim() !== "") return atPath(kind, verb, path, value);
    if (verb === "remove") throw invalidPath("remove needs a path.");
    if (!isObject(value)) throw invalidValue("An operation without a path needs an object as its value.");
    return Object.entries(value).flatMap(([name, part]) => atName(kind, verb, name, part));
  });
}

/** A key of a value is a name, or a whole path; a name that the schema does not have is left out. */
function atName(kind: ResourceKind, op: Verb, name: string, value: Json): Operation[] {
  const isPath = /[:.[]/.test(name);
  const isKnown = isPath || findAttribute(kind.schema.attributes, name) !== undefined;
  return isKnown ? atPath(kind, op, name, value) : [];
}

type Verb = Operation["op"];

function atPath(kind: ResourceKind, op: Verb, path: string, value: Json | undefined): Operation[] {
  const targets = readPath(kind, path);
  const [only] = targets;
  if (only && targets.length === 1) return at(op, only, value);
  // An extension as a whole.
  if (op === "remove") return targets.map((target) => ({ op, target }));
  if (targets.length > 0 && !isObject(value))
    throw invalidValue("The value of an extension must be an object.");
  const values = isObject(value) ? value : {};
  return targets.flatMap((target) => {
    const name = Object.keys(values).find((key) => key.toLowerCase() === target.attribute.name.toLowerCase());
    return name === undefined ? [] : at(op, target, values[name]);
  });
}

function at(op: Verb, target: Target, given: Json | undefined): Operation[] {
  const { attribute, filter, sub } = target;
  if (attribute.name === MEMBERS) return atMembers(op, target, given);
  const value = emptied(attribute.name, given ?? null, sub?.name);
  if (op === "remove") return removals(target, given);
  if (given === undefined) throw invalidValue(`${op} needs a value.`);
  if (value === null) return withoutValue(op, target);
  if (!sub && !filter && attribute.type === "complex" && !attribute.multiValued)
    return intoParts(op, target, value);
  const path = pathOf(target);
  const read = sub ?? attribute;
  const known = filter && !sub ? readSingle(attribute, value, path) : readValue(read, value, path);
  return known === undefined ? withoutValue(op, target) : [{ op, target, value: known }];
}

/** Without a value, an operation removes what is there, but `add` does not change a list. */
const withoutValue = (op: Verb, target: Target): Operation[] =>
  op === "add" && target.attribute.multiValued && !target.sub ? [] : [{ op: "remove", target }];

/** A part that is null is removed, and the others are kept: so a complex value becomes its parts. */
function intoParts(op: Verb, target: Target, given: Json): Operation[] {
  const only = onlyOf(given);
  const value = typeof only === "string" ? { value: only } : only;
  if (!isObject(value)) throw invalidValue(`${pathOf(target)} must be an object.`);
  return Object.entries(value).flatMap(([name, part]) => {
    const sub = findAttribute(target.attribute.subAttributes ?? [], name);
    return sub ? at(op, { ...target, sub }, part) : [];
  });
}

/** `remove` with a list of values removes these, with an empty list none, without a list all of them. */
function removals(target: Target, given: Json | undefined): Operation[] {
  const { attribute, filter, sub } = target;
  if (given === undefined || given === null || !attribute.multiValued || filter || sub)
    return [{ op: "remove", target }];
  const value = readValue(attribute, given, pathOf(target));
  return value === undefined ? [] : [{ op: "remove", target, value }];
}

function atMembers(op: Verb, target: Target, given: Json | undefined): Operation[] {
  const { filter, sub } = target;
  // Of a member, only its id is kept: a change of its name must not empty the group.
  if (sub && sub.name !== "value") return [];
  if (filter) {
    if (op !== "remove") throw invalidPath("A filter on members is for remove.");
    return [
      {
        op,
        target: { ...target, filter: null, sub: null },
        value: idsOf(filter).map((value) => ({ value })),
      },
    ];
  }
  if (given === undefined && op !== "remove") throw invalidValue(`${op} needs a value.`);
  const value = given === undefined || given === null ? undefined : (readMembers(given) ?? []);
  if (op === "remove") return [{ op, target, ...(value && { value }) }];
  return [{ op, target, value: value ?? [] }];
}

/** The ids of `members[value eq "…" or value eq "…"]`. */
function idsOf(condition: Condition): string[] {
  if (condition.op === "or") return condition.of.flatMap(idsOf);
  if (condition.op === "eq" && condition.path === "value") return [String(condition.value)];
  throw invalidPath("A filter on members compares value with eq.");
}

/** Entra ID sends an empty text for a user who no longer has a manager. */
function emptied(attribute: string, value: Json, sub?: string): Json {
  if (attribute !== "manager" || (sub !== undefined && sub !== "value")) return value;
  const only = onlyOf(value);
  const id = isObject(only) ? only.value : only;
  return id === "" || id === null ? null : value;
}

/** A client that names schemas names ours. */
function checkSchemas(given: readonly string[] | undefined, expected: string): void {
  if (given && given.length > 0 && !given.some((id) => id.toLowerCase() === expected.toLowerCase()))
    throw invalidSyntax(`schemas must contain ${expected}.`);
}
