import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type GraphQLField,
  valueFromASTUntyped,
} from "graphql";

/** What the schema declares of a field's cost, in `@cost` and `@listSize`. */
export type DeclaredCost = {
  /** What the field costs by itself, beside the objects of its answer. */
  readonly weight: number;
  /** How many objects a list has at most; undefined where arguments alone decide. */
  readonly assumedSize: number | undefined;
  /** The arguments that say how many are asked for. */
  readonly slicingArguments: readonly string[];
  /** The fields of the answer that have this size; without any, the answer itself. */
  readonly sizedFields: ReadonlySet<string>;
};

const declaredBy = new WeakMap<object, DeclaredCost>();

/** Read once from the field's definition. */
export function declaredCost(field: GraphQLField<unknown, unknown>): DeclaredCost {
  const known = declaredBy.get(field);
  if (known) return known;
  const { assumedSize, slicingArguments, sizedFields } = argumentsOf(field, "listSize");
  const declared = {
    weight: declaredWeight(field),
    assumedSize: typeof assumedSize === "number" ? assumedSize : undefined,
    slicingArguments: textsIn(slicingArguments),
    sizedFields: new Set(textsIn(sizedFields)),
  };
  declaredBy.set(field, declared);
  return declared;
}

type Declared = {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
};

/** The weight in the `@cost` of a field, or of a field of an input object. */
export const declaredWeight = (declared: Declared): number =>
  Number(argumentsOf(declared, "cost").weight ?? 0);

function argumentsOf({ astNode }: Declared, directive: string): Record<string, unknown> {
  const found = astNode?.directives?.find(({ name }) => name.value === directive);
  const values = (found?.arguments ?? []).map(({ name, value }) => [name.value, plain(value)]);
  return Object.fromEntries(values);
}

const plain = (value: ConstValueNode): unknown => valueFromASTUntyped(value);

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
