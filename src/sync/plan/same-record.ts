import type { PersonRecord } from "../../people/write/person-record.ts";

/** Whether the service would write the same person. Pure. */
export function sameRecord(one: PersonRecord, other: PersonRecord): boolean {
  const { customAttributes: oneCustom, ...oneFields } = one;
  const { customAttributes: otherCustom, ...otherFields } = other;
  return sameValues(oneFields, otherFields) && sameValues(oneCustom, otherCustom);
}

function sameValues(
  one: Readonly<Record<string, unknown>>,
  other: Readonly<Record<string, unknown>>,
): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => sameValue(one[key], other[key]));
}

function sameValue(one: unknown, other: unknown): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
  return one.length === other.length && one.every((item, index) => item === other[index]);
}
