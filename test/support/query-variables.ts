import type { GraphQLInputType } from "graphql";

/** These fields need exactly one of their arguments. */
export const FIELDS_OF_ONE_ARGUMENT: readonly string[] = ["person", "whyMissing"];

/** Collects the variables of an operation that a test writes: each argument gets its own variable. */
export function createQueryVariables() {
  const declared: string[] = [];
  const values: Record<string, unknown> = {};
  return {
    values,
    /** @returns the variable, in the form of an argument's value. */
    declare(type: GraphQLInputType, value: unknown): string {
      const name = `v${declared.length}`;
      declared.push(`$${name}: ${type}`);
      values[name] = value;
      return `$${name}`;
    },
    /** The declaration behind the name of the operation. */
    declaration: (): string => (declared.length === 0 ? "" : `(${declared.join(", ")})`),
  };
}
