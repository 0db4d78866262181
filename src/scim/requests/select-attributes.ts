import { findSchema, type ResourceKind } from "../schema/attribute.ts";
import { isObject, type JsonObject } from "../schema/resource.ts";
import { invalidValue } from "../scim-error.ts";

/** Which attributes an answer has (RFC 7644, section 3.9). Names in lower case, such as `name.familyname`. */
export type Selection = {
  /** Null: all. */
  readonly only: ReadonlySet<string> | null;
  readonly without: ReadonlySet<string>;
};

/** More than a resource has: each name is compared with each attribute of each resource. */
export const NAMES_MAX = 200;

/** Always part of an answer. */
const ALWAYS = new Set(["schemas", "id"]);

/**
 * Reads `attributes` and `excludedAttributes`. Unknown names select nothing. Pure.
 *
 * @throws ScimError invalidValue
 */
export function readSelection(kind: ResourceKind, query: Readonly<Record<string, unknown>>): Selection {
  const only = namesIn(kind, query.attributes);
  return { only: only.size > 0 ? only : null, without: namesIn(kind, query.excludedAttributes) };
}

/** Whether an answer has the attribute, or a part of it. */
export function selects({ only, without }: Selection, attribute: string): boolean {
  const name = attribute.toLowerCase();
  if (without.has(name)) return false;
  return only === null || [...only].some((one) => one === name || one.startsWith(`${name}.`));
}

/** The selected attributes of a resource. Pure. */
export function selectAttributes(resource: JsonObject, selection: Selection): JsonObject {
  const { only, without } = selection;
  if (only === null && without.size === 0) return resource;
  const pick = (values: JsonObject, prefix: string): JsonObject => {
    const picked: JsonObject = {};
    for (const [key, value] of Object.entries(values)) {
      const name = `${prefix}${key.toLowerCase()}`;
      if (prefix === "" && ALWAYS.has(name)) picked[key] = value;
      else if (without.has(name)) continue;
      else if (only === null || only.has(name))
        picked[key] = hasParts(name, without) ? parts(value, name) : value;
      else if (hasParts(name, only)) picked[key] = parts(value, name);
    }
    return picked;
  };
  const parts = (value: JsonObject[string], name: string): JsonObject[string] => {
    // The parts of what is selected as a whole are selected.
    if (Array.isArray(value)) return value.map((one) => parts(one, name));
    if (!isObject(value)) return value;
    const isWhole = only === null || only.has(name);
    const kept = isWhole
      ? Object.entries(value).filter(([key]) => !without.has(`${name}.${key.toLowerCase()}`))
      : Object.entries(pick(value, `${name}.`));
    return Object.fromEntries(kept);
  };
  return pick(resource, "");
}

const hasParts = (name: string, names: ReadonlySet<string>): boolean =>
  [...names].some((one) => one.startsWith(`${name}.`));

/** `urn:…:User:userName` is `userName`; an attribute of an extension is a part of it. */
function namesIn(kind: ResourceKind, given: unknown): ReadonlySet<string> {
  const texts = (Array.isArray(given) ? given : [given]).filter((text) => typeof text === "string");
  const names = texts.flatMap((text) => text.split(",")).map((name) => name.trim().toLowerCase());
  if (names.length > NAMES_MAX) throw invalidValue(`A request names at most ${NAMES_MAX} attributes.`);
  return new Set(names.filter((name) => name !== "").map((name) => withoutPrefix(kind, name)));
}

function withoutPrefix(kind: ResourceKind, name: string): string {
  const schema = findSchema(kind, name);
  if (!schema) return name;
  const rest = name.slice(schema.id.length + 1);
  if (schema === kind.schema) return rest;
  return rest === "" ? schema.id.toLowerCase() : `${schema.id.toLowerCase()}.${rest}`;
}
