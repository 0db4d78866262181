import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
} from "graphql";
import { SKIPPED_PER_POINT } from "../../request/skip.ts";
import { declaredWeight } from "./declared-cost.ts";

/** The field does the work of these arguments again for each parent object. */
export const weightOfArguments = (
  { args }: GraphQLField<unknown, unknown>,
  argument: (name: string) => unknown,
): number => args.reduce((sum, arg) => (isGiven(argument(arg.name)) ? sum + declaredWeight(arg) : sum), 0);

export const costOfArgument = (
  { name, type }: GraphQLArgument,
  value: unknown,
  costOfValue: CostOfValue,
): number => costOfValue(value, type) + costOfSkip(name, value);

/** The entries that a page reads and leaves out. No directive declares a cost by the value of an argument. */
const costOfSkip = (name: string, value: unknown): number =>
  name === "skip" && typeof value === "number" ? Math.max(0, Math.floor(value / SKIPPED_PER_POINT)) : 0;

export type CostOfValue = (value: unknown, type: GraphQLInputType) => number;

/**
 * The cost of an argument's value: 1 for each value of a list, and the `@cost` of fields of input objects.
 * The cost of a list or object is computed once, even if several arguments use the same variable. A hundred
 * arguments may refer to one list of 200,000 values.
 */
export function createCostOfValue(): CostOfValue {
  const known = new WeakMap<object, number>();

  const costOfValue: CostOfValue = (value, type) => {
    if (typeof value !== "object" || value === null) return 0;
    const cost =
      known.get(value) ?? (Array.isArray(value) ? costOfList(value, type) : costOfObject(value, type));
    known.set(value, cost);
    return cost;
  };
  const costOfList = (values: readonly unknown[], type: GraphQLInputType): number =>
    values.reduce((sum: number, one) => sum + 1 + costOfValue(one, type), 0);
  const costOfObject = (value: object, type: GraphQLInputType): number => {
    const named = getNamedType(type);
    const fields = isInputObjectType(named) ? named.getFields() : {};
    return Object.entries(value).reduce((sum, [name, inner]) => {
      const field = fields[name];
      const weight = field && isGiven(inner) ? declaredWeight(field) : 0;
      return sum + weight + costOfValue(inner, field?.type ?? type);
    }, 0);
  };
  return costOfValue;
}

/** Blank text counts as no value, like an explicit null. */
const isGiven = (value: unknown): boolean =>
  typeof value === "string" ? value.trim() !== "" : value !== null && value !== undefined;
