import { type GraphQLInputType, getNamedType, isInputObjectType } from "graphql";
import { declaredWeight } from "./declared-cost.ts";

/** What the value of an argument costs: 1 for each value of a list, and what `@cost` declares for fields of input objects. */
export function costOfValue(value: unknown, type: GraphQLInputType): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + 1 + costOfValue(one, type), 0);
  if (typeof value !== "object" || value === null) return 0;
  const named = getNamedType(type);
  const fields = isInputObjectType(named) ? named.getFields() : {};
  return Object.entries(value).reduce((sum, [name, inner]) => {
    const field = fields[name];
    const weight = field && isGiven(inner) ? declaredWeight(field) : 0;
    return sum + weight + costOfValue(inner, field?.type ?? type);
  }, 0);
}

/** Blank text stands for nothing, as an explicit null does. */
const isGiven = (value: unknown): boolean =>
  typeof value === "string" ? value.trim() !== "" : value !== null && value !== undefined;
