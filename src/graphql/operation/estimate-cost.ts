import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from "graphql";
import { ActionableError } from "../../errors.ts";
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from "../../paging/page-size.ts";

/**
 * The most objects one operation may ask for, pages and lists multiplied. A hundred people with their reporting chains and a
 * page of direct reports each are 15,000; three full pages inside one another are a million.
 */
export const COST_MAX = 100_000;

/** The most representations in one `_entities`: gateways batch by what they just read, and a page has at most a hundred. */
export const ENTITIES_MAX = 1_000;

/**
 * What a list without pages counts for: departments, offices, custom attributes, the candidates for an approval; a reporting
 * chain unless it is cut shorter.
 */
const LIST_SIZE_ASSUMED = 50;

type CostOptions = {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  variables: Record<string, unknown>;
};

/**
 * Refuses an operation whose answer could be too large, before any of it is read. Counts the objects that the answer holds when
 * every page is full; plain values come with their object. The document must be valid.
 */
export function checkCost(options: CostOptions): void {
  const rootType = options.schema.getRootType(options.operation.operation);
  if (rootType && costOf(options.operation.selectionSet, rootType, options) > COST_MAX) {
    throw new ActionableError(
      "LIMIT_COST",
      `The answer could hold more than ${COST_MAX} objects.`,
      "Ask for smaller pages (`first`), or for fewer lists inside lists.",
    );
  }
}

function costOf(selectionSet: SelectionSetNode, parent: GraphQLNamedType, options: CostOptions): number {
  let cost = 0;
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      cost += costOfField(selection, parent, options);
      continue;
    }
    const fragment =
      selection.kind === Kind.FRAGMENT_SPREAD ? options.fragments.get(selection.name.value) : selection;
    const condition = fragment?.typeCondition?.name.value;
    const type = condition ? options.schema.getType(condition) : parent;
    if (fragment && type) cost += costOf(fragment.selectionSet, type, options);
  }
  return cost;
}

function costOfField(node: FieldNode, parent: GraphQLNamedType, options: CostOptions): number {
  // Introspection and `__typename` are no fields of a type: they read nothing.
  const field =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
  if (!field || !node.selectionSet) return 0;
  const each = 1 + costOf(node.selectionSet, getNamedType(field.type), options);
  return each * timesOf(node, field, parent, options.variables);
}

function timesOf(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  parent: GraphQLNamedType,
  variables: CostOptions["variables"],
): number {
  const argument = (name: string): unknown => {
    const definition = field.args.find((candidate) => candidate.name === name);
    return definition && argumentValue(findArgument(node, name), definition.defaultValue, variables);
  };
  if (field.args.some(({ name }) => name === "first")) {
    // A size that is not allowed is the field's to refuse: gateways hand a field's error on, but not that of a whole request.
    return within(PAGE_SIZE_MAX, asNumber(argument("first")) ?? PAGE_SIZE_DEFAULT);
  }
  if (field.name === "_entities") return checkEntities(argument("representations"));
  // A connection has counted its page already: its edges are as many as its nodes.
  if (!isList(field) || parent.name.endsWith("Connection")) return 1;
  return within(LIST_SIZE_ASSUMED, asNumber(argument("maxDepth")) ?? LIST_SIZE_ASSUMED);
}

const within = (max: number, size: number): number => Math.min(Math.max(0, size), max);

const isList = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  isListType(isNonNullType(type) ? type.ofType : type);

const asNumber = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

const findArgument = (node: FieldNode, name: string): ArgumentNode | undefined =>
  node.arguments?.find((argument) => argument.name.value === name);

function argumentValue(
  argument: ArgumentNode | undefined,
  defaultValue: unknown,
  variables: CostOptions["variables"],
): unknown {
  if (!argument) return defaultValue;
  const value = valueFromASTUntyped(argument.value, variables);
  return value === undefined ? defaultValue : value;
}

function checkEntities(representations: unknown): number {
  const count = Array.isArray(representations) ? representations.length : 1;
  if (count <= ENTITIES_MAX) return count;
  throw new ActionableError(
    "LIMIT_ENTITIES",
    `\`_entities\` takes at most ${ENTITIES_MAX} representations, not ${count}.`,
    "Split the representations over several requests.",
  );
}
