import {
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  type SelectionSetNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { RandomOperation } from "./random-operations.ts";

type Count = { asked: number; answered: number };

/** How often requests asked for a field, used an argument, and received something for it. */
export type Coverage = {
  note(request: RandomOperation, answers: readonly unknown[]): void;
  /** By the coordinate, such as `Query.people`, `Query.people(first:)` or `PeopleFilter.ids`. */
  readonly counts: ReadonlyMap<string, Count>;
  /** Coordinates of the schema that no request asked for. */
  neverAsked(): string[];
  /** Fields that some requests asked for, and for which none received anything. */
  neverAnswered(): string[];
};

export function createCoverage(schema: GraphQLSchema): Coverage {
  const counts = new Map<string, Count>();
  const countOf = (coordinate: string): Count => {
    const count = counts.get(coordinate) ?? { asked: 0, answered: 0 };
    counts.set(coordinate, count);
    return count;
  };
  const noteAnswer = (set: SelectionSetNode, value: unknown, type: string, parts: Parts): void => {
    if (Array.isArray(value)) for (const entry of value) noteAnswer(set, entry, type, parts);
    if (typeof value !== "object" || value === null) return;
    const own: string = Reflect.get(value, "__typename") ?? type;
    for (const node of set.selections) {
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const part = parts.get(node.name.value);
        if (part?.typeCondition.name.value === own) noteAnswer(part.selectionSet, value, own, parts);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition?.name.value ?? own;
        if (condition === own) noteAnswer(node.selectionSet, value, own, parts);
      } else {
        const inner: unknown = Reflect.get(value, (node.alias ?? node.name).value);
        if (hasContent(inner)) countOf(`${own}.${node.name.value}`).answered += 1;
        if (node.selectionSet) noteAnswer(node.selectionSet, inner, "", parts);
      }
    }
  };
  return {
    counts,
    note({ query, variables }, answers) {
      const document = parse(query);
      const operation = getOperationAST(document);
      if (!operation) return;
      const info = new TypeInfo(schema);
      visit(
        document,
        visitWithTypeInfo(info, {
          Field: ({ name }) => {
            countOf(`${info.getParentType()?.name}.${name.value}`).asked += 1;
          },
          Argument: ({ name }) => {
            const field = `${info.getParentType()?.name}.${info.getFieldDef()?.name}`;
            countOf(`${field}(${name.value}:)`).asked += 1;
          },
        }),
      );
      for (const { variable, type } of operation.variableDefinitions ?? []) {
        const declared = typeFromAST(schema, type as never) as GraphQLInputType | undefined;
        const given = inputFields(declared, variables[variable.name.value]);
        for (const coordinate of given) countOf(coordinate).asked += 1;
      }
      const root = schema.getRootType(operation.operation)?.name ?? "";
      const parts: Parts = new Map(
        document.definitions
          .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
          .map((definition) => [definition.name.value, definition]),
      );
      for (const answer of answers) noteAnswer(operation.selectionSet, answer, root, parts);
    },
    neverAsked: () => coordinatesOf(schema).filter((coordinate) => !counts.get(coordinate)?.asked),
    neverAnswered: () =>
      [...counts]
        .filter(([coordinate, { answered }]) => answered === 0 && /^\w+\.\w+$/.test(coordinate))
        .filter(([coordinate]) => !isInputObjectType(schema.getType(coordinate.split(".")[0] ?? "")))
        .map(([coordinate]) => coordinate)
        .filter((coordinate) => !coordinate.includes(".__")),
  };
}

type Parts = ReadonlyMap<string, FragmentDefinitionNode>;

/** An empty list, or an object with nothing but its type, shows nothing. */
function hasContent(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== "object") return true;
  return Object.entries(value).some(([key, inner]) => key !== "__typename" && hasContent(inner));
}

/** The fields of input objects that a value has. */
function inputFields(type: GraphQLInputType | undefined, value: unknown): string[] {
  if (type === undefined || value === null || value === undefined) return [];
  if (isNonNullType(type)) return inputFields(type.ofType, value);
  if (isListType(type))
    return (Array.isArray(value) ? value : [value]).flatMap((entry) => inputFields(type.ofType, entry));
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${named.name}.${name}`,
    ...inputFields(named.getFields()[name]?.type, inner),
  ]);
}

/** Every field, argument and field of an input object, without those of introspection. */
function coordinatesOf(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith("__")) return [];
    if (isInputObjectType(type)) return Object.keys(type.getFields()).map((name) => `${type.name}.${name}`);
    if (!("getFields" in type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const args = "args" in field ? field.args : [];
      const coordinate = `${type.name}.${field.name}`;
      return [coordinate, ...args.map((arg) => `${coordinate}(${arg.name}:)`)];
    });
  });
}
