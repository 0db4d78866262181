import { readFile } from "node:fs/promises";
import {
  astFromValue,
  buildASTSchema,
  findBreakingChanges,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  print,
} from "graphql";
import { describe, expect, test } from "vitest";
import { buildSubgraph } from "../src/graphql/build-schema.ts";
import { rooms } from "../src/graphql/resolvers.ts";

const { sdl, schema } = await buildSubgraph(rooms);
const published = readSchema(sdl);
const contract = readSchema(await readFile("test/fixtures/public-names.graphql", "utf8"));

test("schema/people.graphql is what the code builds", async () => {
  const committed = await readFile("schema/people.graphql", "utf8");

  expect(committed === sdl, "schema/people.graphql is stale: run `npm run schema:print`").toBe(true);
});

describe("the published schema", () => {
  test("has every public name, with its type, its arguments and their defaults", () => {
    const names = new Set(namesIn(published));

    expect(namesIn(contract).filter((name) => !names.has(name))).toEqual([]);
  });

  test("asks for nothing that a client of those names would not send", () => {
    expect(findBreakingChanges(contract, published)).toEqual([]);
  });

  test("explains every name of ours to strangers", () => {
    expect(undescribedIn(published)).toEqual([]);
  });
});

test("an enum value is served and taken by its own name", () => {
  for (const type of Object.values(schema.getTypeMap()).filter(isEnumType).filter(isOurs)) {
    expect(type.getValues().map(({ value }) => value)).toEqual(type.getValues().map(({ name }) => name));
  }
});

test("plain columns have no resolver, so that graphql-js reads them in place", () => {
  const person = schema.getType("Person");
  const fields = isObjectType(person) ? person.getFields() : {};

  expect(
    ["id", "workEmail", "firstName", "hireDate", "status"].filter((name) => fields[name]?.resolve),
  ).toEqual([]);
});

/** Read in alphabetical order, and without checking its directives, which only federation defines. */
function readSchema(text: string): GraphQLSchema {
  return lexicographicSortSchema(buildASTSchema(parse(text), { assumeValidSDL: true }));
}

function isOurs(type: GraphQLNamedType): boolean {
  return !isIntrospectionType(type) && type.astNode !== undefined;
}

/** Each name of a schema on a line of its own, such as `Query.people(first: Int = 50)`. */
function namesIn(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap())
    .filter(isOurs)
    .flatMap((type) => [
      `${type.astNode?.kind} ${type.name}`,
      ...(type.astNode?.directives ?? []).map((directive) => `${type.name} ${print(directive)}`),
      ...membersOf(type),
    ]);
}

function membersOf(type: GraphQLNamedType): string[] {
  if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}`);
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => `${type.name}.${inputName(field)}`);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => [
    `${type.name}.${field.name}: ${field.type}`,
    ...field.args.map((argument) => `${type.name}.${field.name}(${inputName(argument)})`),
  ]);
}

function inputName({ name, type, defaultValue }: GraphQLArgument | GraphQLInputField): string {
  const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
  return `${name}: ${type}${value ? ` = ${print(value)}` : ""}`;
}

function undescribedIn(of: GraphQLSchema): string[] {
  return Object.values(of.getTypeMap())
    .filter(isOurs)
    .flatMap((type) => {
      const members = isObjectType(type) || isInputObjectType(type) ? Object.values(type.getFields()) : [];
      const values = isEnumType(type) ? type.getValues() : [];
      const roots = ["Query", "Mutation", "Subscription"];
      return [
        ...(type.description || roots.includes(type.name) ? [] : [type.name]),
        ...[...members, ...values]
          .filter(({ description }) => !description)
          .map(({ name }) => `${type.name}.${name}`),
      ];
    });
}
