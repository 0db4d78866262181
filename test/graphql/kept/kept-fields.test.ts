import { GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, isObjectType } from "graphql";
import { describe, expect, test } from "vitest";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { applyKeptRules, isKept, ruleOf } from "../../../src/graphql/kept-fields.ts";
import { createMayKeep } from "../../../src/graphql/operation/may-keep.ts";
import { createPrepareOperation } from "../../../src/graphql/operation/prepare-operation.ts";
import { subgraphResolvers } from "../../../src/graphql/resolvers.ts";
import { KEPT_RULE } from "../../../src/request/kept-rules.ts";

const { schema } = await buildSubgraph(subgraphResolvers);
const mayKeep = createMayKeep(schema);
const prepare = createPrepareOperation(schema, { production: false });

const fieldsOf = (name: string) => {
  const type = schema.getType(name);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
};
const notKept = (name: string): string[] =>
  fieldsOf(name)
    .filter((field) => !isKept(field))
    .map((field) => field.name)
    .sort();

function verdict(query: string, variables: Record<string, unknown> = {}): boolean {
  const prepared = prepare({ query, variables });
  if ("errors" in prepared) throw new Error(String(prepared.errors));
  return mayKeep(prepared);
}

describe("the rules of the schema", () => {
  test("a query keeps its answer if it reads only the directory", () => {
    expect(
      fieldsOf("Query")
        .filter(isKept)
        .map(({ name }) => name)
        .sort(),
    ).toEqual([
      "_entities",
      "department",
      "departments",
      "legalEntities",
      "legalEntity",
      "office",
      "offices",
      "orgTree",
      "people",
      "person",
      "supervisor",
    ]);
  });

  test("of a person, the fields that depend on the clock, on other tables, or on `people:sensitive` are never kept", () => {
    expect(notKept("Person")).toEqual(["approver", "dateOfBirth", "fieldSources", "isPreHire"]);
    for (const name of [
      "Supervisor",
      "Department",
      "Office",
      "LegalEntity",
      "CustomAttribute",
      "OrgTree",
      "PersonConnection",
    ])
      expect([name, notKept(name)]).toEqual([name, []]);
    expect(notKept("OrgTreeNode")).toEqual(["isPreHire"]);
  });

  test("each query, and each field of a kept type, declares whether it is kept", () => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    const undecided = types
      .filter(({ name }) => name === "Query" || fieldsOf(name).some(isKept))
      .flatMap(({ name }) =>
        fieldsOf(name)
          .filter((field) => ruleOf(field) === undefined)
          .map((field) => `${name}.${field.name}`),
      );
    expect(undecided).toEqual(["Query._service"]);
  });

  test("a field with a resolver does not take the rule of its type, so a forgotten one is not kept", () => {
    const field = { type: new GraphQLNonNull(GraphQLString) };
    const extensions = { [KEPT_RULE]: "KEPT" };
    const schemaOf = () => {
      const fields = { plain: field, computed: { ...field, resolve: () => "x" } };
      const thing = new GraphQLObjectType({ name: "Thing", extensions, fields });
      return new GraphQLSchema({
        query: new GraphQLObjectType({ name: "Query", fields: { thing: { type: thing, extensions } } }),
      });
    };
    const served = schemaOf();
    applyKeptRules(served, schemaOf());
    const thing = served.getType("Thing");
    const fields = isObjectType(thing) ? Object.values(thing.getFields()) : [];
    expect(fields.map((one) => [one.name, isKept(one)])).toEqual([
      ["plain", true],
      ["computed", false],
    ]);
  });
});

describe("an operation", () => {
  test.each([
    ["{ people { nodes { id displayName department { name } } pageInfo { endCursor } totalCount } }", {}],
    [
      "query ($filter: PeopleFilter) { people(filter: $filter) { nodes { id } } }",
      { filter: { search: "ada" } },
    ],
    [
      "query ($filter: PeopleFilter) { people(filter: $filter) { nodes { id } } }",
      { filter: { isPreHire: null } },
    ],
    ["{ people { ...page } } fragment page on PersonConnection { nodes { __typename id } }", {}],
    ["query ($r: [_Any!]!) { _entities(representations: $r) { ... on Person { id workEmail } } }", { r: [] }],
  ])("%s is kept", (query, variables) => {
    expect(verdict(query, variables)).toBe(true);
  });

  test.each([
    ["{ people { nodes { isPreHire } } }", {}],
    ["{ people { nodes { id } } me { subject } }", {}],
    [
      "{ people { ...page } } fragment page on PersonConnection { nodes { supervisor { person { approver { level } } } } }",
      {},
    ],
    ["query ($with: Boolean!) { people { nodes { id dateOfBirth @include(if: $with) } } }", { with: false }],
    ["{ people(filter: { isPreHire: true }) { totalCount } }", {}],
    ["{ departments { people(filter: { isPreHire: false }) { totalCount } } }", {}],
    ["query ($is: Boolean) { people(filter: { isPreHire: $is }) { totalCount } }", {}],
    [
      "query ($filter: PeopleFilter) { people(filter: $filter) { totalCount } }",
      { filter: { isPreHire: true } },
    ],
    ["query ($filter: PeopleFilter = { isPreHire: true }) { people(filter: $filter) { totalCount } }", {}],
    ["{ __schema { queryType { name } } }", {}],
    ["{ _service { sdl } }", {}],
    ["{ syncRuns { totalCount } }", {}],
    ["{ lifecycleEvents { totalCount } }", {}],
    ["mutation { syncPersonio { id } }", {}],
    ["subscription { lifecycleEvent { id } }", {}],
    ["query ($r: [_Any!]!) { _entities(representations: $r) { ... on Person { id isPreHire } } }", { r: [] }],
  ])("%s is not kept", (query, variables) => {
    expect(verdict(query, variables)).toBe(false);
  });
});
