import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { AnsweredField } from "./answered-fields.ts";
import type { RandomOperation } from "./random-operations.ts";

type Count = { asked: number; answered: number };

/** How often requests asked for a field, used an argument, and received something for it. */
export type Coverage = {
  note(document: DocumentNode, request: RandomOperation, answered: readonly AnsweredField[]): void;
  /** By the coordinate, such as `Query.people`, `Query.people(first:)` or `PeopleFilter.ids`. */
  readonly counts: ReadonlyMap<string, Count>;
  /** Coordinates of the schema that no request asked for. */
  neverAsked(): string[];
  /** Fields that some requests asked for, and for which none received anything. */
  neverAnswered(): string[];
};

export function createCoverage(schema: GraphQLSchema): Coverage {
  const counts = new Map<string, Count>();
  const count = (coordinate: string, what: keyof Count): void => {
    const counted = counts.get(coordinate) ?? { asked: 0, answered: 0 };
    counts.set(coordinate, counted);
    counted[what] += 1;
  };
  const all = coordinatesOf(schema);
  return {
    counts,
    note(document, { variables }, answered) {
      const info = new TypeInfo(schema);
      const field = (): string => `${info.getParentType()?.name}.${info.getFieldDef()?.name}`;
      visit(
        document,
        visitWithTypeInfo(info, {
          Field: () => count(field(), "asked"),
          Argument: ({ name }) => count(`${field()}(${name.value}:)`, "asked"),
        }),
      );
      for (const { variable, type } of getOperationAST(document)?.variableDefinitions ?? []) {
        const declared = typeFromAST(schema, type as Parameters<typeof typeFromAST>[1]);
        const given = inputFields(declared as GraphQLInputType, variables[variable.name.value]);
        for (const coordinate of given) count(coordinate, "asked");
      }
      for (const { coordinate } of answered) count(coordinate, "answered");
    },
    neverAsked: () => all.filter(({ coordinate }) => !counts.get(coordinate)?.asked).map(nameOf),
    neverAnswered: () =>
      all.filter(({ coordinate, isField }) => isField && counts.get(coordinate)?.answered === 0).map(nameOf),
  };
}

/** The fields of input objects that a value has. */
function inputFields(type: GraphQLInputType | undefined, value: unknown): string[] {
  if (type === undefined || value === null || value === undefined) return [];
  if (isNonNullType(type)) return inputFields(type.ofType, value);
  if (isListType(type)) return [value].flat().flatMap((entry) => inputFields(type.ofType, entry));
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    `${named.name}.${name}`,
    ...inputFields(named.getFields()[name]?.type, inner),
  ]);
}

type Place = { readonly coordinate: string; readonly isField: boolean };

const nameOf = ({ coordinate }: Place): string => coordinate;

/** Every field, argument and field of an input object, without those of introspection. */
function coordinatesOf(schema: GraphQLSchema): Place[] {
  const places: Place[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isInputObjectType(type))
      for (const name of Object.keys(type.getFields()))
        places.push({ coordinate: `${type.name}.${name}`, isField: false });
    if (!isObjectType(type)) continue;
    for (const { name, args } of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      places.push({ coordinate, isField: true });
      for (const arg of args) places.push({ coordinate: `${coordinate}(${arg.name}:)`, isField: false });
    }
  }
  return places;
}
