import type { AttributeValue } from "../employee.ts";

/**
 * The form of version 1's reader: every empty value is `null`. An absent value is `undefined`, which is not
 * empty.
 */
export function plainValue(value: unknown): AttributeValue | undefined {
  switch (typeof value) {
    case "undefined":
      return undefined;
    case "string":
      return value === "" ? null : value;
    case "number":
    case "boolean":
      return value;
    case "object":
      return value === null || Object.keys(value).length === 0 ? null : shapeOf(value);
    default:
      return null;
  }
}

const shapeOf = (value: object): AttributeValue => (Array.isArray(value) ? value : { ...value });

/** A field of a value that may be an object. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/**
 * A value inside an object, or null for an empty object. Returns other shapes unchanged, for the reader of
 * the value.
 */
export function valueInside(value: unknown, name: string): AttributeValue | undefined {
  const plain = plainValue(value);
  const isObject = typeof plain === "object" && plain !== null && !Array.isArray(plain);
  return isObject ? plainValue(fieldOf(plain, name)) : plain;
}
