import {
  type ArgumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  typeFromAST,
  valueFromASTUntyped,
} from "graphql";
import { isKept, isNeverKept } from "../kept-fields.ts";
import type { PreparedOperation } from "./prepare-operation.ts";

/** The facts in the text of an operation: whether its fields are kept, and the types of its variables. */
type Verdict = { readonly isKept: boolean; readonly variables: ReadonlyMap<string, GraphQLInputType> };

/** Fields that every object has, and that read nothing. */
const TYPE_NAME = "__typename";

/**
 * Whether the answer to an operation may be kept: a query of which each field is kept, with arguments that
 * are. It follows every selection, also one that `@skip` leaves out.
 */
export function createMayKeep(schema: GraphQLSchema): (prepared: PreparedOperation) => boolean {
  // Clients repeat few documents, and a prepared document has one syntax tree.
  const known = new WeakMap<object, Verdict>();
  return (prepared) => {
    const { operation } = prepared;
    if (operation.operation !== OperationTypeNode.QUERY) return false;
    const verdict = known.get(operation) ?? judge(prepared, schema);
    known.set(operation, verdict);
    if (!verdict.isKept) return false;
    return Object.entries(prepared.variables).every(([name, value]) => {
      const type = verdict.variables.get(name);
      return type !== undefined && isKeptValue(value, type);
    });
  };
}

function judge({ document, operation }: PreparedOperation, schema: GraphQLSchema): Verdict {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const variables = new Map<string, GraphQLInputType>();
  let areDefaultsKept = true;
  for (const { variable, type: node, defaultValue } of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, node) as GraphQLInputType | undefined;
    if (!type) continue;
    variables.set(variable.name.value, type);
    if (defaultValue && !isKeptValue(valueFromASTUntyped(defaultValue), type)) areDefaultsKept = false;
  }
  const root = schema.getQueryType();
  const isKept = areDefaultsKept && root != null && areSelectionsKept(operation.selectionSet, root);
  return { isKept, variables };

  function areSelectionsKept(selectionSet: SelectionSetNode, parent: GraphQLNamedType): boolean {
    return selectionSet.selections.every((selection) => {
      if (selection.kind !== Kind.FIELD) {
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition?.name.value;
        const type = condition === undefined ? parent : schema.getType(condition);
        return fragment !== undefined && type !== undefined && areSelectionsKept(fragment.selectionSet, type);
      }
      if (selection.name.value === TYPE_NAME) return true;
      const field = isObjectType(parent) ? parent.getFields()[selection.name.value] : undefined;
      if (!field || !isFieldKept(field, selection.arguments)) return false;
      return !selection.selectionSet || areSelectionsKept(selection.selectionSet, getNamedType(field.type));
    });
  }
}

const isFieldKept = (
  field: GraphQLField<unknown, unknown>,
  given: readonly ArgumentNode[] | undefined,
): boolean =>
  isKept(field) &&
  (given ?? []).every(({ name, value }) => {
    const argument = field.args.find((candidate) => candidate.name === name.value);
    // A variable inside counts as given; the value of a variable as a whole is checked with the variables.
    return argument !== undefined && isKeptValue(withoutVariables(value), argument.type);
  });

/** The value of a literal, with `true` in place of each variable. */
const withoutVariables = (node: ArgumentNode["value"]): unknown => {
  if (node.kind === Kind.VARIABLE) return true;
  if (node.kind === Kind.LIST) return node.values.map(withoutVariables);
  if (node.kind !== Kind.OBJECT) return valueFromASTUntyped(node);
  return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, withoutVariables(value)]));
};

/** Whether no field of an input object that is given, at any depth, forbids to keep the answer. */
function isKeptValue(value: unknown, type: GraphQLInputType): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((one) => isKeptValue(one, type));
  const named = getNamedType(type);
  const fields = isInputObjectType(named) ? named.getFields() : {};
  return Object.entries(value).every(([name, inner]) => {
    const field = fields[name];
    if (!field) return true;
    return inner == null || (!isNeverKept(field) && isKeptValue(inner, field.type));
  });
}
