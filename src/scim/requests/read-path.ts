import { type Condition, readElementCondition } from "../filter/condition.ts";
import { parseFilter } from "../filter/parse-filter.ts";
import {
  type Attribute,
  findAttribute,
  findSchema,
  type ResourceKind,
  type Schema,
} from "../schema/attribute.ts";
import { invalidPath } from "../scim-error.ts";

/** What a path names, all of it in the schema. */
export type Target = {
  /** The id of an extension; null for the core schema. */
  readonly extension: string | null;
  readonly attribute: Attribute;
  /** The elements of a list; null for all of it. */
  readonly filter: Condition | null;
  readonly sub: Attribute | null;
};

/**
 * Attributes that a client may not set. They are left out wherever they are: Okta sends `id` and `groups`
 * too. A password is never read.
 */
const LEFT_OUT = new Set(["id", "schemas", "meta", "groups", "password"]);

export const isLeftOut = (name: string): boolean => LEFT_OUT.has(name.toLowerCase());

/** A path is at most a filter and three names. */
const PATH_LENGTH_MAX = 1_500;

const PATH = /^([a-z$][\w$-]*)(?:\[(.*)\])?(?:\.([a-z$][\w$-]*))?$/is;

/**
 * Reads a path by the schema, before a library sees it: libraries follow `__proto__` too. An extension as a
 * whole gives one target for each of its attributes. None for what is left out.
 *
 * @throws ScimError invalidPath, invalidFilter
 */
export function readPath(kind: ResourceKind, given: string): readonly Target[] {
  if (given.length > PATH_LENGTH_MAX)
    throw invalidPath(`The path is longer than ${PATH_LENGTH_MAX} characters.`);
  const path = given.trim();
  const schema = findSchema(kind, path) ?? extensionWith(kind, path);
  if (!schema && /^urn:/i.test(path)) return [];
  const extension = schema && schema !== kind.schema ? schema.id : null;
  const rest = schema ? path.slice(isNamed(schema, path) ? schema.id.length + 1 : 0) : path;
  const attributes = (schema ?? kind.schema).attributes;
  if (schema && rest === "")
    return attributes.map((attribute) => ({ extension, attribute, filter: null, sub: null }));
  const [, name = "", filter, subName] = PATH.exec(rest) ?? [];
  if (isLeftOut(name)) return [];
  const attribute = findAttribute(attributes, name);
  if (!attribute) throw invalidPath("The path names an attribute that the schema does not have.");
  const sub = subName === undefined ? null : findAttribute(attribute.subAttributes ?? [], subName);
  if (sub === undefined) throw invalidPath(`${attribute.name} does not have the sub-attribute of the path.`);
  return [{ extension, attribute, filter: readFilter(attribute, filter), sub }];
}

const isNamed = ({ id }: Schema, path: string): boolean => path.toLowerCase().startsWith(id.toLowerCase());

/** Microsoft's tutorial names `manager` without its extension; the core schema has no such attribute. */
function extensionWith(kind: ResourceKind, path: string): Schema | undefined {
  if (findAttribute(kind.schema.attributes, path)) return undefined;
  return kind.extensions.find(({ attributes }) => findAttribute(attributes, path));
}

function readFilter(attribute: Attribute, filter: string | undefined): Condition | null {
  if (filter === undefined) return null;
  if (!attribute.multiValued)
    throw invalidPath(`${attribute.name} has one value, so the path needs no filter.`);
  return readElementCondition(attribute, parseFilter(filter));
}

/** The path of a target without its filter, as the schema spells it. */
export const pathOf = ({ extension, attribute, sub }: Target): string =>
  `${extension === null ? "" : `${extension}:`}${attribute.name}${sub ? `.${sub.name}` : ""}`;
