import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import {
  buildASTSchema,
  type ConstDirectiveNode,
  type ExecutionResult,
  execute,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  subscribe,
} from "graphql";
import { describe, expect, test } from "vitest";
import { SCOPES, type Scope, type Viewer } from "../../src/access/viewer.ts";
import { ActionableError } from "../../src/errors.ts";
import { NOTHING_RAISED } from "../../src/fields/raised-fields.ts";
import { buildSubgraph } from "../../src/graphql/build-schema.ts";
import { enforceScopes } from "../../src/graphql/enforce-scopes.ts";
import { MUTATIONS_OF_EVERY_VIEWER, OPEN_FIELDS } from "../../src/graphql/field-rules.ts";
import { subgraphResolvers } from "../../src/graphql/resolvers.ts";
import { hiddenPersonFields, PERSON_FIELD_SCOPES } from "../../src/people/person-scopes.ts";
import { composers } from "../contract/support/gateways.ts";
import { viewerWith, viewerWithout } from "../support/viewers.ts";
import { codesOf, post, startStubServer } from "./support/start-stub-server.ts";

const subgraph = await buildSubgraph(subgraphResolvers);
const { sdl } = subgraph;
const published = buildASTSchema(parse(sdl), { assumeValidSDL: true });

describe("every field has a rule", () => {
  test("the only fields without a rule are those of federation and of pages", () => {
    expect(Object.keys(OPEN_FIELDS).sort()).toEqual([
      "PageInfo.endCursor",
      "PageInfo.hasNextPage",
      "PageInfo.hasPreviousPage",
      "PageInfo.startCursor",
      "Query._entities",
      "Query._service",
      "_Service.sdl",
    ]);
  });

  test("a schema with a field without a rule is not built, and the error names the field", () => {
    expect(() => enforceScopes(schemaOf("type Query { a: Int @authenticated  b: Int }"))).toThrow(
      "These fields have no rule: Query.b. Declare one with RequiresScope or Authenticated",
    );
  });

  test("the only mutation without people:admin is about the viewer", () => {
    expect(Object.keys(MUTATIONS_OF_EVERY_VIEWER)).toEqual(["endOwnSessions"]);
    const text = "type Query @authenticated { a: Int } type Mutation { endOwnSessions: Int }";
    expect(() => enforceScopes(schemaOf(text))).toThrow("no rule: Mutation.endOwnSessions.");
  });

  test("a mutation without people:admin is not built", () => {
    const text =
      'type Query @authenticated { a: Int } type Mutation { b: Int @requiresScopes(scopes: [["people:hr"]]) }';
    expect(() => enforceScopes(schemaOf(text))).toThrow("no rule: Mutation.b.");
  });

  test.each(['[["people:all"]]', '[["people:hr", "people:read"]]', '[["people:hr"], ["people:read"]]', "[]"])(
    "the rule %s is not built",
    (scopes) => {
      const text = `type Query { a: Int @requiresScopes(scopes: ${scopes}) }`;
      expect(() => enforceScopes(schemaOf(text))).toThrow("is not one scope that the service knows");
    },
  );

  test("queries and subscriptions need a scope of their own, except what is about the viewer or its directory", () => {
    const roots = ["Query", "Subscription"].map(typeNamed).flatMap((type) => Object.values(type.getFields()));
    expect(roots.filter((field) => scopesIn(field).length === 0).map(({ name }) => name)).toEqual([
      "directory",
      "me",
      "ownSessions",
    ]);
  });
});

describe("the scopes of a person's fields are declared once", () => {
  test("the lists of names follow the SDL, and private columns besides", () => {
    const inSdl = Object.values(typeNamed("Person").getFields()).flatMap((field) =>
      // A field with this scope shows the source of values, and not a value.
      scopesIn(field).flatMap((scope) => (scope === "people:admin" ? [] : [[field.name, scope] as const])),
    );
    const privateColumns = ["nextPersonioId", "continuesOn", "endedOn"];
    expect(new Map([...inSdl, ...privateColumns.map((name) => [name, "people:hr"] as const)])).toEqual(
      PERSON_FIELD_SCOPES,
    );
  });

  test("E6: people cannot be filtered or sorted by a field that needs a scope of its own", () => {
    const filter = published.getType("PeopleFilter");
    const order = published.getType("PeopleOrderField");
    if (!isInputObjectType(filter) || !isEnumType(order)) return expect.fail("a type is missing");
    const guarded = [...PERSON_FIELD_SCOPES.keys()].map(plain);
    const used = [...Object.keys(filter.getFields()), ...order.getValues().map(({ name }) => name)].map(
      plain,
    );
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((name) => guarded.some((field) => name.includes(field)))).toEqual([]);
  });

  test("the preview of an import shows no field that needs a scope of its own", () => {
    const shown = Object.keys(typeNamed("PreviewPerson").getFields());
    expect(shown.length).toBeGreaterThan(5);
    expect(shown.filter((field) => PERSON_FIELD_SCOPES.has(field))).toEqual([]);
  });

  test("the fields that need people:hr or people:sensitive are those of the design", () => {
    const seenBy = (...scopes: Scope[]) =>
      [...hiddenPersonFields(viewerWith(...scopes), NOTHING_RAISED)].sort();
    expect(seenBy("people:read", "people:hr")).toEqual(["dateOfBirth"]);
    expect(seenBy("people:read", "people:sensitive", "people:admin")).toEqual(
      "birthday continuesOn contractEndDate endedOn nextPersonioId probationEndDate terminationDate".split(
        " ",
      ),
    );
  });
});

describe("clients learn the scopes without reading directives", () => {
  const types = Object.values(published.getTypeMap()).filter(isObjectType);
  const named = types.flatMap((type) => [
    { name: type.name, description: type.description, scopes: scopesIn(type) },
    ...Object.values(type.getFields()).map((field) => ({
      name: `${type.name}.${field.name}`,
      description: field.description,
      scopes: scopesIn(field),
    })),
  ]);

  test("each description names the scope, except people:read, which the schema's own names", () => {
    const silent = named.filter(({ description, scopes }) =>
      scopes.some((scope) => scope !== "people:read" && !description?.includes(scope)),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
    expect(published.description).toContain("need the scope `people:read`, unless");
  });

  test("the guide lists each type and field beside its scope", async () => {
    const guide = await readFile("schema/README.md", "utf8");
    const rowOf = (scope: Scope) =>
      guide.split("\n").find((line) => line.startsWith(`| \`${scope}\` |`)) ?? "";
    const listed = named.filter(
      ({ name }) => !/^(Query|Mutation|Subscription)\.|(Connection|Edge)$/.test(name),
    );
    const missing = listed.filter(({ name, scopes }) =>
      scopes.some((scope) => !rowOf(scope).includes(`\`${name}\``)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });
});

describe("a supergraph", () => {
  test.each(Object.keys(composers))("%s composes one that has the rules", (composer) => {
    const composed = composers[composer]?.([{ name: "people", url: "http://people.invalid", sdl }]);
    expect(composed?.errors).toEqual([]);
    const supergraph = buildASTSchema(parse(composed?.supergraph ?? ""), { assumeValidSDL: true });
    const rulesIn = (schema: GraphQLSchema) =>
      Object.values(schema.getTypeMap())
        .filter(isObjectType)
        .flatMap((type) => [
          `${type.name} ${scopesIn(type)}`,
          ...Object.values(type.getFields()).map((field) => `${type.name}.${field.name} ${scopesIn(field)}`),
        ])
        .filter((rule) => rule.includes(":"))
        .sort();
    expect(rulesIn(supergraph)).toEqual(rulesIn(published));
  });
});

/** Each field of the graph, at the end of a shortest path from a root. */
const targets = pathsTo(published);

test("E6: without one of its scopes, each field of the graph is FORBIDDEN where the path needs it", async () => {
  const graph = answering(published);
  let tried = 0;
  for (const path of targets) {
    for (const scope of SCOPES) {
      const at = path.findIndex(({ needs }) => needs.includes(scope));
      if (at < 0) continue;
      tried += 1;
      const { errors = [] } = await ask(graph, path, viewerWithout(scope));
      const found = errors.map((error) => [
        codeOf(error.originalError),
        namesIn(error.path),
        error.originalError,
      ]);
      const message = `\`${path[at]?.name}\` needs the scope \`${scope}\`.`;
      const names = path.slice(0, at + 1).map(({ field }) => field.name);
      expect(found, nameOf(path)).toEqual([["FORBIDDEN", names, expect.objectContaining({ message })]]);
    }
  }
  expect(tried).toBeGreaterThan(250);
});

test("with the scopes that its path needs, and no other, each field of the graph is answered", async () => {
  const graph = answering(published);
  for (const path of targets) {
    const viewer = viewerWith(...path.flatMap(({ needs }) => needs));
    const { errors } = await ask(graph, path, viewer);
    expect(errors, nameOf(path)).toBeUndefined();
  }
});

test("the paths lead to each field of each type", () => {
  const all = Object.values(published.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type))
    .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
  expect(new Set(targets.map(nameOf))).toEqual(new Set(all));
});

describe("_entities", () => {
  const { schema } = subgraph;
  const entity = (representation: object, viewer: Viewer) =>
    execute({
      schema,
      document: parse(
        "query ($all: [_Any!]!) { _entities(representations: $all) { __typename ... on Person { id dateOfBirth } ... on Office { name } } }",
      ),
      variableValues: { all: [representation] },
      // A read of data would fail: there is no loader that answers.
      contextValue: { viewer, countErrors: () => null, loaders: {} },
    });

  test.each(["Person", "Supervisor", "Department", "Office", "LegalEntity"])(
    "a %s without people:read is null and FORBIDDEN, before any data is read",
    async (__typename) => {
      const { data, errors } = await entity({ __typename, id: randomUUID() }, viewerWithout("people:read"));
      expect(data).toEqual({ _entities: [null] });
      expect(errors?.map(({ message, path }) => [message, path])).toEqual([
        [`\`${__typename}\` needs the scope \`people:read\`.`, ["_entities", 0]],
      ]);
    },
  );

  test("a guarded field of an entity is FORBIDDEN, as on any path", async () => {
    const person = { id: randomUUID(), dateOfBirth: "1990-06-21" };
    const { data, errors } = await execute({
      schema,
      document: parse(
        "query ($all: [_Any!]!) { _entities(representations: $all) { ... on Person { id dateOfBirth } } }",
      ),
      variableValues: { all: [{ __typename: "Person", id: person.id }] },
      contextValue: {
        viewer: viewerWithout("people:sensitive"),
        countErrors: () => null,
        loaders: { personById: { load: async () => person } },
      },
    });
    expect(data).toEqual({ _entities: [{ id: person.id, dateOfBirth: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([["_entities", 0, "dateOfBirth"]]);
  });
});

describe("over HTTP", () => {
  test("a list without its scope is FORBIDDEN, with the scope in the help, and its parent is null", async () => {
    await using server = await startStubServer({ identify: async () => viewerWithout("people:read") });
    const { status, body } = await post(server.url, { query: "{ echo things { nodes { id } } }" });

    expect(status).toBe(200);
    expect(body.data).toBeNull();
    expect(body.errors).toEqual([
      expect.objectContaining({
        message: "`Query.things` needs the scope `people:read`.",
        path: ["things"],
        extensions: {
          code: "FORBIDDEN",
          help: "Request a token with the scope `people:read`, or leave this out. No scope includes another.",
          scopes: ["people:read"],
        },
      }),
    ]);
  });

  test("a mutation without people:admin does not run, whatever the other scopes", async () => {
    await using server = await startStubServer({ identify: async () => viewerWithout("people:admin") });
    const { body } = await post(server.url, { query: "mutation { add(a: 1, b: 2) }" });
    expect(codesOf(body)).toEqual(["FORBIDDEN"]);
  });
});

function schemaOf(text: string): GraphQLSchema {
  return buildASTSchema(parse(text), { assumeValidSDL: true });
}

function typeNamed(name: string): GraphQLObjectType {
  const type = published.getType(name);
  return isObjectType(type) ? type : expect.fail(`${name} is missing`);
}

type Declared = {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
};

function scopesIn({ astNode }: Declared): Scope[] {
  const text = JSON.stringify(
    astNode?.directives?.filter(({ name }) => name.value === "requiresScopes") ?? [],
  );
  return SCOPES.filter((scope) => text.includes(`"${scope}"`));
}

/** A field on a path, with its own scopes, its type's, and those of the type that it returns. */
type Step = {
  readonly name: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly needs: readonly Scope[];
};
type Path = readonly Step[];

function pathsTo(schema: GraphQLSchema): Path[] {
  const found: Path[] = [];
  const entered = new Set<string>();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const waiting = roots.flatMap((type) => (type ? [{ type, path: [] as Path }] : []));
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { type, path } = next;
    if (entered.has(type.name)) continue;
    entered.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const returned = getNamedType(field.type);
      const ofReturned = isObjectType(returned) && type.name !== "Viewer" ? scopesIn(returned) : [];
      const needs = [...new Set([...scopesIn(type), ...scopesIn(field), ...ofReturned])];
      const longer = [...path, { name: `${type.name}.${field.name}`, field, needs }];
      found.push(longer);
      if (isObjectType(returned)) waiting.push({ type: returned, path: longer });
    }
  }
  return found;
}

/** The name as one word: `HIRE_DATE` and `hireDate` are the same. */
const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

const nameOf = (path: Path): string => path.at(-1)?.name ?? "";

/** The schema with rules, whose every field has a value. */
function answering(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const value = stubOf(field.type as never);
      field.resolve = () => value;
      if (type === schema.getSubscriptionType())
        field.subscribe = async function* () {
          yield {};
        };
    }
  }
  return enforceScopes(schema);
}

function stubOf(type: GraphQLInputType): unknown {
  const inner = getNullableType(type);
  if (isListType(inner)) return [stubOf(inner.ofType)];
  if (isObjectType(inner)) return {};
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  return inner.name === "Boolean" ? true : 1;
}

async function ask(schema: GraphQLSchema, path: Path, viewer: Viewer): Promise<ExecutionResult> {
  const [root] = path;
  const operation = root?.name.split(".")[0]?.toLowerCase();
  const document = parse(`${operation} ${textOf(path)}`);
  const run = {
    schema,
    document,
    contextValue: { viewer, countErrors: () => null, raised: () => NOTHING_RAISED },
  };
  if (operation !== "subscription") return execute(run);
  const events = await subscribe(run);
  if (!(Symbol.asyncIterator in events)) return events;
  return (await events.next()).value ?? expect.fail("no event");
}

const textOf = ([step, ...deeper]: Path): string => {
  if (!step) return "{ __typename }";
  const { field } = step;
  const args = field.args.filter(
    ({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined,
  );
  const given = args.map(({ name, type }) => `${name}: ${literalOf(type)}`).join(", ");
  const isLeaf = !isObjectType(getNamedType(field.type));
  return `{ ${field.name}${given ? `(${given})` : ""} ${isLeaf ? "" : textOf(deeper)} }`;
};

function literalOf(type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (isListType(inner)) return "[]";
  if (isInputObjectType(inner)) return "{}";
  if (isEnumType(inner)) return inner.getValues()[0]?.name ?? "";
  return inner.name === "Boolean" ? "true" : inner.name === "Int" ? "1" : '"1"';
}

const codeOf = (error: unknown): string => (error instanceof ActionableError ? error.code : String(error));

const namesIn = (path: readonly (string | number)[] | undefined): unknown[] =>
  path?.filter((part) => typeof part === "string") ?? [];
