import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
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
  OperationTypeNode,
} from "graphql";
import { createQueryVariables, FIELDS_OF_ONE_ARGUMENT } from "../support/query-variables.ts";

/** Returns a number from 0 up to 1; a seed repeats it (`createDice`). */
type Random = () => number;

/** Values for arguments, by `field.argument`, by the argument, or by the scalar: the first that has some. */
export type Pool = Readonly<Record<string, readonly unknown[]>>;

type OperationsOptions = {
  readonly schema: GraphQLSchema;
  readonly pool: Pool;
  readonly random: Random;
  readonly operation?: OperationTypeNode;
  /** The root fields to choose from, some of them more than once; each of them once by default. */
  readonly roots?: readonly string[];
  /** With every argument, where the absence of one would mean something else. */
  readonly hasAllArguments?: boolean;
};

export type RandomOperation = { readonly query: string; readonly variables: Record<string, unknown> };

const FIELDS_MAX = 6;
const DEPTH_MAX = 5;
/** Most optional arguments are left out, as clients do. */
const OPTIONAL_ARGUMENT = 0.2;

/** Most requests have exactly one argument where a field needs that; some have both or none. */
const ONE_ARGUMENT = 0.8;

export const pick = <Item>(items: readonly Item[], random: Random): Item => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("There is nothing to pick from.");
  return item;
};

/** Writes one valid operation of a random root field, with every argument as a variable. */
export function randomOperation(options: OperationsOptions): RandomOperation {
  const { schema, operation = OperationTypeNode.QUERY, roots } = options;
  const root = schema.getRootType(operation);
  if (!root) throw new Error(`The schema has no ${operation}.`);
  const variables = createQueryVariables();
  const writer = createWriter(options, variables.declare);
  const all = root.getFields();
  const fields = (roots ?? Object.keys(all)).flatMap((name) => all[name] ?? []);
  const selection = writer.field(pick(fields, options.random), 0, "");
  const query = `${operation} R${variables.declaration()} { ${selection ?? "__typename"} }`;
  return { query, variables: variables.values };
}

type Declare = (type: GraphQLInputType, value: unknown) => string;

function createWriter(options: OperationsOptions, declare: Declare) {
  const { schema, pool, random, hasAllArguments = false } = options;
  /** The text of a field; null for one that is too deep to select anything of. */
  const field = (one: GraphQLField<unknown, unknown>, depth: number, alias: string): string | null => {
    const selection = selectionOf(one.type, depth + 1);
    if (selection === null) return null;
    const args = chooseArguments(one).map(
      (arg) => `${arg.name}: ${declare(arg.type, drawValue(arg.type, arg.name, one.name))}`,
    );
    return `${alias}${one.name}${args.length === 0 ? "" : `(${args.join(", ")})`}${selection}`;
  };

  const chooseArguments = ({ name, args }: GraphQLField<unknown, unknown>): readonly GraphQLArgument[] => {
    if (hasAllArguments) return args;
    if (args.length > 1 && FIELDS_OF_ONE_ARGUMENT.includes(name) && random() < ONE_ARGUMENT)
      return [pick(args, random)];
    return args.filter((arg) => isRequiredArgument(arg) || random() < OPTIONAL_ARGUMENT);
  };

  const selectionOf = (type: GraphQLOutputType, depth: number): string | null => {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return "";
    if (depth > DEPTH_MAX) return null;
    if (isObjectType(named)) return ` { ${fieldsOf(named, depth)} }`;
    const members = schema.getPossibleTypes(named);
    const parts = members.map(
      (member, index) => `... on ${member.name} { ${fieldsOf(member, depth, index)} }`,
    );
    return ` { __typename ${isUnionType(named) ? parts.join(" ") : ""} }`;
  };

  /** A field with arguments has an alias of its own, and so has each field of a union. */
  const fieldsOf = (type: GraphQLObjectType, depth: number, branch?: number): string => {
    const all = Object.values(type.getFields());
    const count = 1 + Math.floor(random() * FIELDS_MAX);
    const chosen = new Set(Array.from({ length: count }, () => pick(all, random)));
    const texts = [...chosen].map((one, index) => {
      const isPlain = branch === undefined && one.args.length === 0;
      return field(one, depth, isPlain ? "" : `a${branch ?? ""}_${index}: `);
    });
    return ["__typename", ...texts.filter((text) => text !== null)].join(" ");
  };

  const drawValue = (type: GraphQLInputType, name: string, field: string): unknown => {
    if (isNonNullType(type)) return drawValue(type.ofType, name, field);
    if (isListType(type))
      return Array.from({ length: Math.floor(random() * 3) }, () => drawValue(type.ofType, name, field));
    if (isEnumType(type)) return pick(type.getValues(), random).name;
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter(
        (inner) => isNonNullType(inner.type) || random() < OPTIONAL_ARGUMENT,
      );
      return Object.fromEntries(
        given.map((inner) => [inner.name, drawValue(inner.type, inner.name, type.name)]),
      );
    }
    const values = pool[`${field}.${name}`] ?? pool[name] ?? pool[getNamedType(type).name];
    if (!values) throw new Error(`The pool has no values for ${field}.${name}: ${type}.`);
    return pick(values, random);
  };

  return { field };
}
