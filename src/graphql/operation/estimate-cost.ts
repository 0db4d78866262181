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
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { ActionableError } from "../../errors.ts";
import { PAGE_SIZE_MAX } from "../../request/page-size.ts";
import { createCostOfValue } from "./cost-of-value.ts";
import { declaredCost } from "./declared-cost.ts";

/**
 * The most that one operation may cost. An object of the answer costs 1; `@cost` says which fields cost more, calibrated to some 5 µs
 * of CPU a point. A hundred people with their reporting chains and a page of direct reports each cost 25,000.
 */
export const COST_MAX = 100_000;

/** The most representations in one `_entities`. Gateways do not split them, so cost and body size are the usual bounds. */
export const ENTITIES_MAX = 10_000;

type CostOptions = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Readonly<Record<string, unknown>>;
  /** How long lists are that were read already and are longer than the schema assumes. */
  trueSizes?: ReadonlyMap<GraphQLField<unknown, unknown>, number>;
};

/** What is counted once, however many objects a field is asked of: loaders read the arguments for all of them together. */
type Estimate = CostOptions & {
  readonly once: { cost: number };
  readonly costOfValue: ReturnType<typeof createCostOfValue>;
};

/** The size of a page, for those fields of the connection that hold its entries. */
type Sized = { readonly fields: ReadonlySet<string>; readonly size: number };

/**
 * Refuses an operation that could cost too much, before any of it is read. Adds up, for full pages: 1 for each object, what `@cost`
 * declares for each field, and once for each selection what its arguments cost. The document must be valid.
 */
export function checkCost(options: CostOptions): void {
  const cost = estimateCost(options);
  if (cost <= COST_MAX) return;
  throw new ActionableError(
    "LIMIT_COST",
    `The operation costs ${cost}; the limit is ${COST_MAX}.`,
    "Request smaller pages (`first`), fewer nested lists, fewer aliases, or fewer values in the arguments. " +
      "Each object of full pages costs 1, and so does each value of a list argument. Some fields cost more: " +
      "see `@cost` in the schema.",
  );
}

/** What the operation costs if every page is full. */
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
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      cost += costOfField(selection, parent, options, sized);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? options.fragments.get(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    const type = condition ? options.schema.getType(condition) : parent;
    if (fragment && type) cost += costOf(fragment.selectionSet, type, options, sized);
  }
  return cost;
}

function costOfField(
  node: FieldNode,
  parent: GraphQLNamedType,
  options: Estimate,
  sized: Sized | undefined,
): number {
  // Introspection and `__typename` are no fields of a type: they read nothing.
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  if (!field) return 0;
  const argument = readArguments(node, field, options.variables);
  const { weight, sizedFields } = declaredCost(field);
  const isEntities = field.name === "_entities";
  if (!isEntities)
    for (const { name, type } of field.args) options.once.cost += options.costOfValue(argument(name), type);
  if (!node.selectionSet) return weight;

  const size = isEntities
    ? checkEntities(argument("representations"))
    : (options.trueSizes?.get(field) ?? sizeOf(field, argument));
  const type = getNamedType(field.type);
  if (sizedFields.size > 0) {
    // The page is read also for an operation that asks for its `pageInfo` alone.
    const asked = costOf(node.selectionSet, type, options, { fields: sizedFields, size });
    return weight + 1 + Math.max(size, asked);
  }
  const times = sized?.fields.has(field.name) ? sized.size : size;
  return weight + times * (1 + costOf(node.selectionSet, type, options));
}

/** How many objects a field answers at most: as many as its arguments ask for, within what the schema assumes. */
function sizeOf(field: GraphQLField<unknown, unknown>, argument: (name: string) => unknown): number {
  const { assumedSize, slicingArguments } = declaredCost(field);
  if (slicingArguments.length === 0) return assumedSize ?? 1;
  const asked = slicingArguments.map(argument).filter((value) => typeof value === "number");
  const max = assumedSize ?? PAGE_SIZE_MAX;
  // A size that is not allowed is the field's to refuse: gateways hand a field's error on, but not that of a whole request.
  return Math.min(Math.max(0, ...(asked.length > 0 ? asked : [max])), max);
}

/** The value of an argument as it is used: of the text, of a variable, or the default. */
function readArguments(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  variables: CostOptions["variables"],
): (name: string) => unknown {
  return (name) => {
    const defaultValue = field.args.find((candidate) => candidate.name === name)?.defaultValue;
    const given = node.arguments?.find((candidate) => candidate.name.value === name);
    const value = given && valueFromASTUntyped(given.value, variables);
    // An explicit null asks for the default size, which is the resolver's.
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
