import type { AttributeValue } from "../employee.ts";

/** As version 1's reader gives it: all that means empty is `null`. What is not there is `undefined`, which is not empty. */
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

/** A field of what may be an object. */
export const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/** A value inside of an object; that of no object is empty, and another shape is left to whoever reads it. */
export function valueInside(value: unknown, name: string): AttributeValue | undefined {
  const plain = plainValue(value);
  const isObject = typeof plain === "object" && plain !== null && !Array.isArray(plain);
  return isObject ? plainValue(fieldOf(plain, name)) : plain;
}
