import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from "graphql";
import { declaredCost } from "../../../src/graphql/operation/declared-cost.ts";
import { createQueryVariables, FIELDS_OF_ONE_ARGUMENT } from "../../support/query-variables.ts";

/** Values for arguments: by `field.argument`, by the argument, or by the scalar; the first that is there. */
export type Values = Readonly<Record<string, unknown>>;

type Field = GraphQLField<unknown, unknown>;
type Given = { readonly arg: GraphQLArgument; readonly value: unknown };
/** A field, and the member of its union that is the type of the next one. */
type Step = { readonly field: Field; readonly member?: string };
/** A type that a query reaches, with the fields that lead to it. */
export type Reached = { readonly type: GraphQLObjectType; readonly path: readonly Step[] };
type Written = { readonly field: Field; readonly given: readonly Given[] };

export type Request = { readonly query: string; readonly variables: Record<string, unknown> };

export type Selection = {
  /** `Person.reportingChain`, or `Query.people(filter.search)`. */
  readonly name: string;
  /** The request with aliases of the root field. */
  requestOf(times: number): Request;
};

/** They continue a list, or count from its other end; such a page costs as much as the first. */
const OF_CURSORS = ["after", "before"];

/** Every type that a query reaches, by the shortest way. */
export function reachedTypes(schema: GraphQLSchema): Reached[] {
  const query = schema.getQueryType();
  const paths = new Map<GraphQLObjectType, readonly Step[]>(query ? [[query, []]] : []);
  // A map also yields what is added while it is read.
  for (const [type, path] of paths)
    for (const field of publicFieldsOf(type)) {
      const named = getNamedType(field.type);
      const members = isUnionType(named) ? schema.getPossibleTypes(named) : [];
      for (const target of isObjectType(named) ? [named] : members)
        if (!paths.has(target))
          paths.set(target, [...path, isUnionType(named) ? { field, member: target.name } : { field }]);
    }
  return [...paths].map(([type, path]) => ({ type, path }));
}

/**
 * Every field of the type, without optional arguments, and then with each of them. Lists on the way have full
 * pages. Fields that add nothing to the cost are selected together: what they take, they may take at once.
 */
export function everySelection({ type, path }: Reached, values: Values): Selection[] {
  const fields = publicFieldsOf(type);
  const isFree = (field: Field): boolean =>
    field.args.length === 0 && !isCompositeType(getNamedType(field.type)) && declaredCost(field).weight === 0;
  const free = fields.filter(isFree).map((field) => ({ field, given: [] }));
  const others = fields
    .filter((field) => !isFree(field))
    .flatMap((field) =>
      variantsOf(field, values).map((given) => ({
        name: nameOf(type, field, given),
        requestOf: (times: number) => write(path, [{ field, given }], { times, values }),
      })),
    );
  if (free.length === 0) return others;
  const together = (times: number) => write(path, free, { times, values });
  return [{ name: `${type.name}: its free fields`, requestOf: together }, ...others];
}

const publicFieldsOf = (type: GraphQLObjectType): Field[] =>
  Object.values(type.getFields()).filter(({ name }) => !name.startsWith("_"));

const nameOf = (type: GraphQLObjectType, { name }: Field, given: readonly Given[]): string => {
  const args = given.map(({ arg, value }) => {
    const inner = isInputObjectType(getNamedType(arg.type)) ? JSON.stringify(value).slice(0, 60) : "";
    return `${arg.name}${inner}`;
  });
  return `${type.name}.${name}(${args.join(", ")})`;
};

function fullPage(field: Field, values: Values): readonly Given[] {
  const [least = []] = variantsOf(field, values);
  const first = field.args.find(({ name }) => name === "first");
  return first ? [...least, { arg: first, value: oneValue(first.type, "first", field.name, values) }] : least;
}

/** Only the required arguments, then with each optional one, and each field of an optional object. */
function variantsOf({ name, args }: Field, values: Values): (readonly Given[])[] {
  const withValue = (arg: GraphQLArgument): Given => ({
    arg,
    value: oneValue(arg.type, arg.name, name, values),
  });
  if (FIELDS_OF_ONE_ARGUMENT.includes(name)) return args.map((arg) => [withValue(arg)]);
  const required = args.filter(isRequiredArgument).map(withValue);
  const optional = args.filter((arg) => !isRequiredArgument(arg) && !OF_CURSORS.includes(arg.name));
  const each = optional.flatMap((arg) =>
    valuesOf(arg.type, arg.name, name, values).map((value) => [...required, { arg, value }]),
  );
  return [required, ...each];
}

/** One value; of an input object, one for each of its fields and for each value of an enum among these. */
function valuesOf(type: GraphQLInputType, name: string, owner: string, values: Values): unknown[] {
  const named = getNamedType(type);
  if (isEnumType(named) && !isListType(type)) return named.getValues().map(({ name: value }) => value);
  if (!isInputObjectType(named)) return [oneValue(type, name, owner, values)];
  const least = oneValue(named, name, owner, values) as Values;
  return Object.values(named.getFields()).flatMap((inner) =>
    valuesOf(inner.type, inner.name, named.name, values).map((value) => ({ ...least, [inner.name]: value })),
  );
}

function oneValue(type: GraphQLInputType, name: string, owner: string, values: Values): unknown {
  if (isNonNullType(type)) return oneValue(type.ofType, name, owner, values);
  const given = values[`${owner}.${name}`] ?? values[name];
  if (isListType(type)) return Array.isArray(given) ? given : [oneValue(type.ofType, name, owner, values)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((inner) => isNonNullType(inner.type));
    return Object.fromEntries(
      required.map((inner) => [inner.name, oneValue(inner.type, inner.name, type.name, values)]),
    );
  }
  const value = given ?? values[type.name];
  if (value === undefined) throw new Error(`There is no value for ${owner}.${name}: ${type}.`);
  return value;
}

type WriteOptions = { readonly times: number; readonly values: Values };

function write(path: readonly Step[], last: readonly Written[], { times, values }: WriteOptions): Request {
  const variables = createQueryVariables();
  const writeField = (field: Field, given: readonly Given[]): string => {
    const args = given.map(({ arg, value }) => `${arg.name}: ${variables.declare(arg.type, value)}`);
    return `${field.name}${args.length === 0 ? "" : `(${args.join(", ")})`}`;
  };
  const selected = last.map(({ field, given }) => `${writeField(field, given)}${leafOf(field)}`).join(" ");
  const root = path.reduceRight((below, { field, member }) => {
    const inner = member ? `... on ${member} { ${below} }` : below;
    return `${writeField(field, fullPage(field, values))} { ${inner} }`;
  }, selected);
  const aliases = Array.from({ length: times }, (_, index) => `a${index}: ${root}`).join(" ");
  return { query: `query Every${variables.declaration()} { ${aliases} }`, variables: variables.values };
}

/** The least that reads the field: its first scalar; of a list with pages, its total and its objects too. */
function leafOf({ type }: Field): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return "";
  if (!isObjectType(named)) return " { __typename }";
  const fields = Object.values(named.getFields());
  const scalar = fields.find(
    (field) => !isCompositeType(getNamedType(field.type)) && field.args.length === 0,
  );
  const chosen = new Set([scalar?.name ?? "__typename", ...fields.map(({ name }) => name).filter(isOfPage)]);
  return ` { ${[...chosen].map((name) => (name === "nodes" ? "nodes { __typename }" : name)).join(" ")} }`;
}

const isOfPage = (name: string): boolean => name === "totalCount" || name === "nodes";
