import type { Filter } from "scim2-parse-filter";
import { type Attribute, findAttribute, findSchema, type ResourceKind } from "../schema/attribute.ts";
import { isStorable } from "../schema/read-value.ts";
import { isObject, type Json, type JsonObject } from "../schema/resource.ts";
import { invalidFilter } from "../scim-error.ts";
import { decodeText, type ParsedFilter } from "./parse-filter.ts";

export type Comparison = "eq" | "ne" | "co" | "sw" | "ew" | "gt" | "ge" | "lt" | "le";

/** A filter whose attributes are in the schema. */
export type Condition =
  | { readonly op: "and" | "or"; readonly of: readonly Condition[] }
  | { readonly op: "not"; readonly of: Condition }
  /** An element of the list fulfils a condition about its sub-attributes. */
  | { readonly op: "element"; readonly path: string; readonly of: Condition }
  | { readonly op: "pr"; readonly path: string; readonly attribute: Attribute }
  | {
      readonly op: Comparison;
      readonly path: string;
      readonly attribute: Attribute;
      readonly value: string | boolean;
    };

type Named = { readonly path: string; readonly attribute: Attribute };
type FindName = (name: string) => Named;

/** The condition of a filter on resources. @throws ScimError invalidFilter */
export const readCondition = (kind: ResourceKind, { filter, isJoined }: ParsedFilter): Condition =>
  convert(filter, (name) => findPath(kind, name), isJoined);

/** The condition of a filter on the elements of a list, as in `emails[type eq "work"]`. */
export const readElementCondition = (list: Attribute, { filter }: ParsedFilter): Condition =>
  convert(filter, (name) => findSub(list, name), false);

function convert(filter: Filter, find: FindName, isJoined: boolean): Condition {
  switch (filter.op) {
    case "and":
      return joined(filter, find, isJoined) ?? all("and", filter.filters, find, isJoined);
    case "or":
      return all("or", filter.filters, find, isJoined);
    case "not":
      return { op: "not", of: convert(filter.filter, find, isJoined) };
    case "[]": {
      const { path, attribute } = find(filter.attrPath);
      return {
        op: "element",
        path,
        of: convert(filter.valFilter, (name) => findSub(attribute, name), false),
      };
    }
    case "pr":
      return { op: "pr", ...comparedPart(find(filter.attrPath)) };
    default: {
      const named = comparedPart(find(filter.attrPath));
      return { op: filter.op, ...named, value: readOperand(named.attribute, filter.compValue) };
    }
  }
}

const all = (op: "and" | "or", filters: readonly Filter[], find: FindName, isJoined: boolean): Condition => ({
  op,
  of: filters.map((one) => convert(one, find, isJoined)),
});

/** `emails[type eq "work"].value eq "x"` as one condition about an element. */
function joined({ filters }: { filters: Filter[] }, find: FindName, isJoined: boolean): Condition | null {
  const [list, part] = filters;
  if (!isJoined || filters.length !== 2 || list?.op !== "[]" || !part || !("attrPath" in part)) return null;
  const prefix = `${list.attrPath}.`;
  if (!part.attrPath.startsWith(prefix)) return null;
  const { path, attribute } = find(list.attrPath);
  const findInElement: FindName = (name) => findSub(attribute, name);
  const sub: Filter = { ...part, attrPath: part.attrPath.slice(prefix.length) };
  return { op: "element", path, of: all("and", [list.valFilter, sub], findInElement, false) };
}

/** A complex attribute stands for its `value` (RFC 7644, section 3.4.2.2). */
function comparedPart({ path, attribute }: Named): Named {
  if (attribute.type !== "complex") return { path, attribute };
  const value = findAttribute(attribute.subAttributes ?? [], "value");
  if (!value) throw invalidFilter(`${path} needs a sub-attribute in a filter.`);
  return { path: `${path}.value`, attribute: value };
}

/** An attribute of the core schema or, also without its prefix, of an extension. */
function findPath(kind: ResourceKind, name: string): Named {
  if (name.toLowerCase() === ID.name) return { path: ID.name, attribute: ID };
  const schema = findSchema(kind, name);
  const rest = schema ? name.slice(schema.id.length + 1) : name;
  const [first = "", second, ...more] = rest.split(".");
  const attributes = schema
    ? schema.attributes
    : [kind.schema, ...kind.extensions].flatMap((one) => one.attributes);
  const attribute = findAttribute(attributes, first);
  if (!attribute || more.length > 0) throw unknownName();
  if (second === undefined) return { path: attribute.name, attribute };
  const sub = findSub(attribute, second);
  return { path: `${attribute.name}.${sub.path}`, attribute: sub.attribute };
}

function findSub(list: Attribute, name: string): Named {
  const attribute = findAttribute(list.subAttributes ?? [], name);
  if (!attribute) throw unknownName();
  return { path: attribute.name, attribute };
}

/** Not part of a schema, because it belongs to every resource. */
const ID: Attribute = { name: "id", type: "string", description: "Our id.", caseExact: true, readOnly: true };

const unknownName = (): Error =>
  invalidFilter("The filter names an attribute that the schema does not have.");

/** Entra ID writes booleans as texts: `roles[primary eq "True"]`. */
function readOperand({ type, name }: Attribute, value: Json): string | boolean {
  const operand = typeof value === "string" ? decodeText(value) : value;
  if (type === "boolean") {
    const word = typeof operand === "string" ? operand.toLowerCase() : String(operand);
    if (word === "true" || word === "false") return word === "true";
    throw invalidFilter(`${name} is compared with true or false.`);
  }
  if (typeof operand !== "string") throw invalidFilter(`${name} is compared with a text in double quotes.`);
  if (!isStorable(operand)) throw invalidFilter("The filter contains NUL or half of a surrogate pair.");
  return operand;
}

/** The form of a text in which it is compared (`keyOf`). */
export type Fold = (text: string) => string;

/** Whether an element of a list fulfils a condition about its sub-attributes. Pure. */
export function fulfils(element: Json, condition: Condition, fold: Fold): boolean {
  switch (condition.op) {
    case "and":
      return condition.of.every((one) => fulfils(element, one, fold));
    case "or":
      return condition.of.some((one) => fulfils(element, one, fold));
    case "not":
      return !fulfils(element, condition.of, fold);
    case "element":
      return false;
    case "pr":
      return isObject(element) && ![undefined, ""].includes(element[condition.path] as string | undefined);
    default:
      return compare(condition, isObject(element) ? element[condition.path] : undefined, fold);
  }
}

type Compared = Extract<Condition, { readonly op: Comparison }>;

function compare({ op, attribute, value }: Compared, found: Json | undefined, fold: Fold): boolean {
  // Without the value, a boolean is false: Entra ID looks for `primary eq "False"`.
  const actual = attribute.type === "boolean" ? (found ?? false) : found;
  if (typeof actual !== typeof value) return op === "ne";
  const folded = (one: Json | undefined): string => (attribute.caseExact ? String(one) : fold(String(one)));
  return COMPARE[op](folded(actual), folded(value));
}

const COMPARE: Readonly<Record<Comparison, (actual: string, operand: string) => boolean>> = {
  eq: (actual, operand) => actual === operand,
  ne: (actual, operand) => actual !== operand,
  co: (actual, operand) => actual.includes(operand),
  sw: (actual, operand) => actual.startsWith(operand),
  ew: (actual, operand) => actual.endsWith(operand),
  gt: (actual, operand) => actual > operand,
  ge: (actual, operand) => actual >= operand,
  lt: (actual, operand) => actual < operand,
  le: (actual, operand) => actual <= operand,
};

/**
 * The element that a condition describes; null unless it only compares with `eq`, joined by `and`. A path
 * that finds no element creates it (Entra ID sends `emails[type eq "work"].value` for this).
 */
export function elementOf(condition: Condition): JsonObject | null {
  if (condition.op === "eq") return { [condition.path]: condition.value };
  if (condition.op !== "and") return null;
  const parts = condition.of.map(elementOf);
  return parts.includes(null) ? null : Object.assign({}, ...parts);
}
