import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type GraphQLField,
  valueFromASTUntyped,
} from "graphql";

/** The cost of a field as the schema declares it, in `@cost` and `@listSize`. */
export type DeclaredCost = {
  /** The cost of the field itself, without the objects of its answer. */
  readonly weight: number;
  /** The most objects in a list; undefined if only arguments decide. */
  readonly assumedSize: number | undefined;
  /** The arguments that contain the requested size. */
  readonly slicingArguments: readonly string[];
  /** The fields of the returned object that have this size; if empty, the returned list itself has it. */
  readonly sizedFields: ReadonlySet<string>;
};

/**
 * The lists of introspection, for which no directive declares a size. These are the averages of this schema,
 * rounded up. The whole introspection of a tool costs a third of the limit.
 */
const INTROSPECTION_SIZES: Readonly<Record<string, number>> = {
  types: 130,
  directives: 25,
  fields: 8,
  inputFields: 2,
  enumValues: 2,
  args: 1,
};

/** The federation library declares `_Service.sdl`: the whole schema, which takes 10 ms to send. */
const SDL_WEIGHT = 2_500;

const declaredBy = new WeakMap<object, DeclaredCost>();

/** Reads the declaration from the field's definition, once for each field. */
export function declaredCost(field: GraphQLField<unknown, unknown>): DeclaredCost {
  const known = declaredBy.get(field);
  if (known) return known;
  const {
    assumedSize = sizeOfIntrospection(field),
    slicingArguments,
    sizedFields,
  } = argumentsOf(field, "listSize");
  const declared = {
    weight: isSdl(field) ? SDL_WEIGHT : declaredWeight(field),
    assumedSize: typeof assumedSize === "number" ? assumedSize : undefined,
    slicingArguments: textsIn(slicingArguments),
    sizedFields: new Set(textsIn(sizedFields)),
  };
  declaredBy.set(field, declared);
  return declared;
}

const isSdl = ({ name }: GraphQLField<unknown, unknown>): boolean => name === "sdl";

/** The library's own fields have no definition in our SDL. */
const sizeOfIntrospection = ({ astNode, name }: GraphQLField<unknown, unknown>): number | undefined =>
  astNode ? undefined : INTROSPECTION_SIZES[name];

type Declared = {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
};

/** The weight in the `@cost` of a field, of an argument, or of a field of an input object. */
export const declaredWeight = (declared: Declared): number =>
  Number(argumentsOf(declared, "cost").weight ?? 0);

function argumentsOf({ astNode }: Declared, directive: string): Record<string, unknown> {
  const found = astNode?.directives?.find(({ name }) => name.value === directive);
  const values = (found?.arguments ?? []).map(({ name, value }) => [name.value, plain(value)]);
  return Object.fromEntries(values);
}

const plain = (value: ConstValueNode): unknown => valueFromASTUntyped(value);

const textsIn = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
