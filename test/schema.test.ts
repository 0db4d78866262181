import { readFile } from "node:fs/promises";
import {
  astFromValue,
  buildASTSchema,
  buildSchema,
  findBreakingChanges,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  print,
  printSchema,
  specifiedDirectives,
  validateSchema,
} from "graphql";
import { describe, expect, test } from "vitest";
import { buildSubgraph, printApiSchema } from "../src/graphql/build-schema.ts";
import { subgraphResolvers } from "../src/graphql/resolvers.ts";

const { sdl, schema } = await buildSubgraph(subgraphResolvers);
const apiSdl = printApiSchema(sdl);
const published = readSchema(sdl);
const contract = readSchema(await readFile("test/fixtures/public-names.graphql", "utf8"));

test.each([
  ["schema/people.graphql", sdl],
  ["schema/people.api.graphql", apiSdl],
])("%s is what the code builds", async (path, built) => {
  const committed = await readFile(path, "utf8");

  expect(committed === built, `${path} is stale: run \`npm run schema:print\``).toBe(true);
});

describe("the published schema", () => {
  test("the schema has every public name, with its type, its arguments and their defaults", () => {
    const names = new Set(namesIn(published));

    expect(namesIn(contract).filter((name) => !names.has(name))).toEqual([]);
  });

  test("the schema has no breaking change against the public names", () => {
    expect(findBreakingChanges(contract, published)).toEqual([]);
  });

  test("the schema describes every type, field, argument, input field and enum value, and itself", () => {
    expect(undescribedIn(published)).toEqual([]);
    expect(published.description).toMatch(/^The people of a company/);
    expect(schema.description).toBe(published.description);
    expect(["Query", "Mutation", "Subscription"].map((name) => schema.getType(name)?.description)).toEqual(
      ["Query", "Mutation", "Subscription"].map((name) => published.getType(name)?.description),
    );
  });

  test("the description of every enum warns that values may be added", () => {
    const enums = Object.values(published.getTypeMap()).filter(isEnumType).filter(isOurs);
    expect(enums.length).toBeGreaterThan(10);
    expect(enums.filter(({ description }) => !/More values may be added/.test(description ?? ""))).toEqual(
      [],
    );
  });

  test("descriptions name kinds of events by name, not by position, which differs from file to file", () => {
    const texts = descriptionsIn(published).filter((text) =>
      /\b(first|last) (two|three|four|five|six|seven)\b/i.test(text),
    );
    expect(texts).toEqual([]);
  });

  test("the description of `CustomAttribute.key` warns that it is not a key for a client's cache", () => {
    const attribute = published.getType("CustomAttribute");
    expect(isObjectType(attribute) && attribute.getFields().key?.description).toMatch(
      /a client's cache cannot use it as a key/,
    );
  });

  test("every connection has `nodes` beside `edges`, of the same type", () => {
    const connections = Object.values(published.getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => name.endsWith("Connection"));
    expect(connections.length).toBeGreaterThan(5);
    for (const type of connections) {
      const { name } = type;
      const edge = getNamedType(type.getFields().edges?.type ?? expect.fail(`${name} has no edges`));
      const node = isObjectType(edge) ? edge.getFields().node?.type : undefined;
      expect([name, String(type.getFields().nodes?.type)]).toEqual([name, `[${node}]!`]);
    }
  });
});

describe("the schema for clients", () => {
  const api = buildSchema(apiSdl);

  test("the schema for clients is valid by itself, without anything of federation", () => {
    expect(validateSchema(api)).toEqual([]);
    expect(api.getDirectives()).toEqual(specifiedDirectives);
    expect(apiSdl).not.toMatch(
      /@(link|key|shareable|tag|authenticated|requiresScopes|cost|listSize)\b|federation|_Any|_Entity/,
    );
  });

  test("the schema for clients has every name of the subgraph, with its type, its arguments, their defaults and its description", () => {
    const plain = (name: string): boolean => !name.includes("@");
    expect(namesIn(api).filter(plain)).toEqual(namesIn(published).filter(plain));
    expect(descriptionsIn(api)).toEqual(descriptionsIn(published));
  });

  test("the schema for clients marks the same names as deprecated as the subgraph", () => {
    const deprecated = (of: GraphQLSchema) =>
      print(parse(printSchema(of))).match(/@deprecated\([^)]*\)/g) ?? [];
    expect(deprecated(api)).toEqual(deprecated(published));
  });
});

test("the internal value of an enum value is its name", () => {
  for (const type of Object.values(schema.getTypeMap()).filter(isEnumType).filter(isOurs)) {
    expect(type.getValues().map(({ value }) => value)).toEqual(type.getValues().map(({ name }) => name));
  }
});

test("plain columns that no company can protect have no resolver, so that graphql-js reads them in place", () => {
  const person = schema.getType("Person");
  const fields = isObjectType(person) ? person.getFields() : {};

  expect(
    ["id", "workEmail", "firstName", "lastName", "status"].filter((name) => fields[name]?.resolve),
  ).toEqual([]);
});

/** Reads a schema in alphabetical order, without checking its directives, which only federation defines. */
function readSchema(text: string): GraphQLSchema {
  return lexicographicSortSchema(buildASTSchema(parse(text), { assumeValidSDL: true }));
}

function isOurs(type: GraphQLNamedType): boolean {
  return !isIntrospectionType(type) && type.astNode !== undefined;
}

/** Each name of a schema, on a separate line, such as `Query.people(first: Int = 50)`. */
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

type Described = { readonly name: string; readonly description?: string | null | undefined };

/** Everything that can have a description, with its path. */
function describedIn(of: GraphQLSchema): Described[] {
  return Object.values(of.getTypeMap())
    .filter(isOurs)
    .flatMap((type) => {
      const below = ({ name, description }: Described): Described => ({
        name: `${type.name}.${name}`,
        description,
      });
      if (isEnumType(type)) return [type, ...type.getValues().map(below)];
      if (isInputObjectType(type)) return [type, ...Object.values(type.getFields()).map(below)];
      if (!isObjectType(type)) return [type];
      const fields = Object.values(type.getFields());
      const args = fields.flatMap((field) =>
        field.args.map(({ name, description }) => below({ name: `${field.name}(${name})`, description })),
      );
      return [type, ...fields.map(below), ...args];
    });
}

const undescribedIn = (of: GraphQLSchema): string[] =>
  describedIn(of)
    .filter(({ description }) => !description?.trim())
    .map(({ name }) => name);

const descriptionsIn = (of: GraphQLSchema): string[] =>
  describedIn(of).map(({ name, description }) => `${name}: ${description}`);

test("E13: no subscription reaches `Viewer`, so subscriptions of users with the same scopes may share answers", () => {
  const reached = new Set<string>();
  const visit = (type: GraphQLNamedType | null | undefined): void => {
    if (!type || reached.has(type.name)) return;
    reached.add(type.name);
    if (isObjectType(type))
      for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
  };
  visit(schema.getSubscriptionType());

  expect([...reached]).toEqual(expect.arrayContaining(["LifecycleEvent", "Person", "SyncRun"]));
  expect([...reached]).not.toContain("Viewer");
});
