import { invalidValue } from "../scim-error.ts";
import { type Attribute, findAttribute } from "./attribute.ts";
import { isObject, type Json, type JsonObject, keyOf } from "./resource.ts";

/** An index entry has room for 2,700 bytes, and the directory keeps names of 2,000. */
export const SHORT_TEXT_BYTES_MAX = 2_000;

/** For the longest texts, such as a certificate. */
export const TEXT_BYTES_MAX = 65_536;

/** Identity providers send a handful. */
export const VALUES_MAX = 100;

/**
 * The value of an attribute in the form of the schema; undefined if it has none, as for null and for an empty
 * list. Attributes that the schema does not have are left out.
 *
 * @throws ScimError invalidValue
 */
export function readValue(attribute: Attribute, value: Json, path: string): Json | undefined {
  if (value === null) return undefined;
  if (attribute.multiValued) {
    const elements = readElements(attribute, value, path);
    return elements.length > 0 ? elements : undefined;
  }
  return readSingle(attribute, value, path);
}

/** One value of the attribute; for a list, one element of it. */
export function readSingle(attribute: Attribute, value: Json, path: string): Json | undefined {
  if (attribute.type === "complex") return readComplex(attribute, onlyOf(value), path);
  const plain = unwrap(value);
  if (plain === null) return undefined;
  return attribute.type === "boolean" ? readBoolean(plain, path) : readText(attribute, plain, path);
}

function readElements(attribute: Attribute, value: Json, path: string): JsonObject[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length > VALUES_MAX) throw invalidValue(`${path} has more than ${VALUES_MAX} values.`);
  return list
    .filter((element) => element !== null)
    .map((element) => readComplex(attribute, element, path))
    .filter((element) => element !== undefined);
}

/** A plain text stands for the `value` of a complex attribute: Entra ID sends a manager in this form. */
function readComplex(attribute: Attribute, value: Json, path: string): JsonObject | undefined {
  const object = typeof value === "string" ? { value } : value;
  if (!isObject(object)) throw invalidValue(`${path} must be an object.`);
  const read: JsonObject = {};
  for (const [name, part] of Object.entries(object)) {
    const sub = findAttribute(attribute.subAttributes ?? [], name);
    const known = sub && readValue(sub, part, `${path}.${sub.name}`);
    if (sub && known !== undefined) read[sub.name] = known;
  }
  return Object.keys(read).length > 0 ? read : undefined;
}

/** Older versions of Entra ID send `[{ "$ref": null, "value": "False" }]` for a single value. */
export const onlyOf = (value: Json): Json =>
  Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;

function unwrap(value: Json): Json {
  const only = onlyOf(value);
  return isObject(only) && "value" in only ? (only.value ?? null) : only;
}

function readBoolean(value: Json, path: string): boolean {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  if (word === "true" || word === "false") return word === "true";
  throw invalidValue(`${path} must be true or false.`);
}

/** A number becomes text: some mappings send personnel numbers as numbers. */
function readText({ isShort }: Attribute, value: Json, path: string): string {
  const text = typeof value === "number" ? String(value) : value;
  if (typeof text !== "string") throw invalidValue(`${path} must be text.`);
  const max = isShort ? SHORT_TEXT_BYTES_MAX : TEXT_BYTES_MAX;
  if (text.length > max || bytesOf(text, isShort) > max)
    throw invalidValue(`${path} is longer than ${max} bytes.`);
  if (!isStorable(text)) throw invalidValue(`${path} contains NUL or half of a surrogate pair.`);
  return text;
}

/** An index keeps the form for comparing, which may be longer than the text. */
const bytesOf = (text: string, isIndexed = false): number =>
  Math.max(Buffer.byteLength(text), isIndexed ? Buffer.byteLength(keyOf(text)) : 0);

/** Postgres stores neither NUL nor half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");
