import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from "graphql";
import { ActionableError } from "../../errors.ts";
import { COUNT_COST } from "../../request/connection.ts";
import { PAGE_SIZE_MAX } from "../../request/page-size.ts";
import { type CostOfValue, costOfArgument, createCostOfValue, weightOfArguments } from "./argument-costs.ts";
import { declaredCost } from "./declared-cost.ts";

/**
 * The highest cost of one operation. Each object of the answer costs 1, and `@cost` declares fields that cost
 * more, calibrated to some 5 µs of CPU a point. A hundred people with their reporting chains and a page of
 * direct reports each cost 25,000.
 */
export const COST_MAX = 100_000;

/** Operations that may cost more than this take some ten milliseconds of CPU, so few run at a time. */
export const EXPENSIVE_COST_MIN = 2_000;

/**
 * The most representations in one `_entities`. Gateways do not split them, so this is high, and cost and body
 * size are usually exceeded first.
 */
export const ENTITIES_MAX = 10_000;

/**
 * This many plain fields of an object take as long as one more object. Nothing else limits them: 50,000
 * objects with 20 fields each take over a second.
 */
const LEAVES_PER_POINT = 5;

/** An answer repeats the name of a field for each object, and a long name takes as long as several fields. */
const CHARACTERS_PER_LEAF = 32;

type CostOptions = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
  /** The lengths of lists that were read already and are longer than the schema assumes. */
  trueSizes?: ReadonlyMap<GraphQLField<unknown, unknown>, number>;
};

/** `once` counts the values of arguments: loaders read them for all parent objects together. */
type Estimate = CostOptions & {
  readonly once: { cost: number };
  readonly costOfValue: CostOfValue;
};

/** The size of a page, and the fields of the connection that contain its entries. */
type Sized = {
  readonly fields: ReadonlySet<string>;
  readonly size: number;
  /** Whether it is a list of the whole company, and not of one of the objects around it. */
  readonly isWhole: boolean;
};

/**
 * Refuses an operation that could cost too much, before it reads any data. The cost of full pages is 1 for
 * each object and for five of its plain fields. The `@cost` of each field and of its arguments is added.
 * Values of arguments count once for each selection. The document must be valid. Returns the cost.
 */
export function checkCost(options: CostOptions): number {
  const cost = estimateCost(options);
  if (cost <= COST_MAX) return cost;
  throw new ActionableError(
    "LIMIT_COST",
    `The operation costs ${cost}; the limit is ${COST_MAX}.`,
    "Request smaller pages (`first`), fewer nested lists, fewer aliases, or fewer values in the arguments. " +
      "Each object of full pages costs 1, and so do five plain fields of it and each value of a list " +
      "argument. Some fields cost more: see `@cost` in the schema.",
  );
}

/** The fields of a query that are not among the fields of its type. */
const INTROSPECTION = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

/** The cost of the operation if every page is full. */
export function estimateCost(options: CostOptions): number {
  const rootType = options.schema.getRootType(options.operation.operation);
  if (!rootType) return 0;
  const once = { cost: 0 };
  const cost = costOf(options.operation.selectionSet, rootType, {
    ...options,
    once,
    costOfValue: createCostOfValue(),
  });
  return cost + once.cost;
}

function costOf(
  selectionSet: SelectionSetNode,
  parent: GraphQLNamedType,
  options: Estimate,
  sized?: Sized,
): number {
  let cost = 0;
  let leaves = 0;
  for (const [node, type] of fieldsOf(selectionSet, parent, options)) {
    cost += costOfField(node, type, options, sized);
    if (node.selectionSet) continue;
    const { length } = (node.alias ?? node.name).value;
    leaves += 1 + Math.floor(length / CHARACTERS_PER_LEAF);
  }
  return cost + Math.floor(leaves / LEAVES_PER_POINT);
}

/** The fields of a selection set, with those in its fragments, and the type that each belongs to. */
function* fieldsOf(
  { selections }: SelectionSetNode,
  parent: GraphQLNamedType,
  options: CostOptions,
): Generator<[FieldNode, GraphQLNamedType]> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      yield [selection, parent];
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? options.fragments.get(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    const type = condition ? options.schema.getType(condition) : parent;
    if (fragment && type) yield* fieldsOf(fragment.selectionSet, type, options);
  }
}

function costOfField(
  node: FieldNode,
  parent: GraphQLNamedType,
  options: Estimate,
  sized: Sized | undefined,
): number {
  const { value: name } = node.name;
  const field =
    isObjectType(parent) || isInterfaceType(parent)
      ? (parent.getFields()[name] ?? INTROSPECTION.get(name))
      : undefined;
  // Only `__typename`, which reads nothing.
  if (!field) return 0;
  const argument = readArguments(node, field, options.variables);
  const declared = declaredCost(field);
  const { sizedFields } = declared;
  const weight = weightIn(sized, field, declared.weight) + weightOfArguments(field, argument);
  const isEntities = field.name === "_entities";
  if (!isEntities)
    for (const arg of field.args)
      options.once.cost += costOfArgument(arg, argument(arg.name), options.costOfValue);
  if (!node.selectionSet) return weight;

  const size = isEntities
    ? checkEntities(argument("representations"))
    : (options.trueSizes?.get(field) ?? sizeOf(field, argument));
  const type = getNamedType(field.type);
  if (sizedFields.size > 0) {
    // Selecting only `pageInfo` reads the page too.
    const requested = costOf(node.selectionSet, type, options, {
      fields: sizedFields,
      size,
      isWhole: parent === options.schema.getQueryType(),
    });
    return weight + 1 + Math.max(size, requested);
  }
  const times = sized?.fields.has(field.name) ? sized.size : size;
  return weight + times * (1 + costOf(node.selectionSet, type, options));
}

/** One statement counts all groups of an operation, so the declared cost is that of the whole company. */
const weightIn = (
  sized: Sized | undefined,
  { name }: GraphQLField<unknown, unknown>,
  weight: number,
): number => (name === "totalCount" && sized && !sized.isWhole ? Math.min(weight, COUNT_COST) : weight);

/** The most objects a field returns: the size that its arguments request, up to what the schema assumes. */
function sizeOf(field: GraphQLField<unknown, unknown>, argument: (name: string) => unknown): number {
  const { assumedSize, slicingArguments } = declaredCost(field);
  if (slicingArguments.length === 0) return assumedSize ?? 1;
  const requested = slicingArguments.map(argument).filter((value) => typeof value === "number");
  const max = assumedSize ?? PAGE_SIZE_MAX;
  // The field refuses an invalid size: gateways forward the error of a field, but not that of a whole
  // request.
  return Math.min(Math.max(0, ...(requested.length > 0 ? requested : [max])), max);
}

/** The effective value of an argument: from the document, from a variable, or the default. */
function readArguments(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  variables: CostOptions["variables"],
): (name: string) => unknown {
  return (name) => {
    const defaultValue = field.args.find((candidate) => candidate.name === name)?.defaultValue;
    const given = node.arguments?.find((candidate) => candidate.name.value === name);
    const value = given && valueFromASTUntyped(given.value, variables);
    // An explicit null means the default size, as in the resolver.
    return value ?? defaultValue;
  };
}

function checkEntities(representations: unknown): number {
  const count = Array.isArray(representations) ? representations.length : 1;
  if (count <= ENTITIES_MAX) return count;
  throw new ActionableError(
    "LIMIT_ENTITIES",
    `\`_entities\` takes at most ${ENTITIES_MAX} representations, not ${count}.`,
    "Request fewer entities in one operation: use smaller pages in the list that they come from.",
  );
}
