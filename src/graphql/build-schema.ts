import { addResolversToSchema, buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { getDocumentNodeFromSchema } from "@graphql-tools/utils";
import {
  buildASTSchema,
  GraphQLSchema,
  Kind,
  lexicographicSortSchema,
  OperationTypeNode,
  parse,
  print,
  printSchema,
  specifiedDirectives,
} from "graphql";
import { buildSchema, createResolversMap, type NonEmptyArray } from "type-graphql";
import { describeSchema, SCHEMA_DESCRIPTION } from "./describe-schema.ts";
import { enforceScopes } from "./enforce-scopes.ts";
import { createEntitiesResolver, type EntityFinders } from "./entities.ts";
import { readJoinedFields } from "./joined-fields.ts";
import { applyKeptRules } from "./kept-fields.ts";
import { checkListSizes, declareListSizes } from "./list-sizes.ts";

export type SubgraphResolvers = {
  /** The resolver classes of type-graphql. */
  // biome-ignore lint/complexity/noBannedTypes: type-graphql calls a class a Function.
  readonly resolvers: NonEmptyArray<Function>;
  readonly entities: EntityFinders;
};

export type Subgraph = {
  /** For gateways: the subgraph's own definitions and the federation link, in alphabetical order. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
};

// The newest version that both composers accept: Apollo's (up to 2.14) and the Guild's (up to 2.9).
const FEDERATION_LINK = `schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@tag", "@authenticated", "@requiresScopes", "@cost", "@listSize"]
  )`;

/** Several apps of one process share the schema, because building it takes half the CPU time of a start. */
const built = new WeakMap<SubgraphResolvers, Promise<Subgraph>>();

export function buildSubgraph(resolvers: SubgraphResolvers): Promise<Subgraph> {
  const known = built.get(resolvers);
  if (known) return known;
  const building = build(resolvers);
  built.set(resolvers, building);
  return building;
}

/**
 * Builds the federated schema from the resolvers. type-graphql does not support federation. So this prints
 * its schema and builds a subgraph from the text with the same resolvers. Plain fields keep no resolver:
 * graphql-js reads the property directly.
 */
async function build({ resolvers, entities }: SubgraphResolvers): Promise<Subgraph> {
  // Sorted, so that the text depends only on the definitions and not on their order in the code.
  const types = lexicographicSortSchema(
    await buildSchema({ resolvers, validate: false, pubSub: NO_PUB_SUB }),
  );
  const sdl = printSdl(types);
  // Both packages declare a type for the same shape.
  const resolversByType = createResolversMap(types) as GraphQLResolverMap;
  const subgraph = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolversByType }]);
  readJoinedFields(subgraph, types);
  const schema = enforceScopes(subgraph);
  addResolversToSchema(schema, { Query: { _entities: createEntitiesResolver(entities) } });
  checkListSizes(schema);
  applyKeptRules(schema, types);
  return { sdl, schema };
}

function printSdl(types: GraphQLSchema): string {
  const { definitions, ...document } = describeSchema(getDocumentNodeFromSchema(types));
  // `printDefinition` adds the schema definition, with its federation link.
  const ours = definitions.filter(({ kind }) => kind !== Kind.SCHEMA_DEFINITION);
  return `${printDefinition(types)}\n\n${print(declareListSizes({ ...document, definitions: ours }))}\n`;
}

function printDefinition(types: GraphQLSchema): string {
  const operations = Object.values(OperationTypeNode).flatMap((operation) => {
    const root = types.getRootType(operation);
    return root ? [`  ${operation}: ${root.name}`] : [];
  });
  return [`"""\n${SCHEMA_DESCRIPTION}\n"""\n${FEDERATION_LINK} {`, ...operations, "}"].join("\n");
}

/**
 * The schema for clients and their tools: without federation, as a gateway serves it. It has descriptions
 * and deprecations: graphql-js prints none of the directives of federation.
 */
export function printApiSchema(sdl: string): string {
  const subgraph = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  const api = new GraphQLSchema({ ...subgraph.toConfig(), directives: specifiedDirectives });
  return `${printSchema(lexicographicSortSchema(api))}\n`;
}

// type-graphql requires a PubSub for any subscription. Ours never use it: each has its own `subscribe`.
const NO_PUB_SUB = {
  publish(): never {
    throw new Error("Publishing is not supported: subscriptions read stored data.");
  },
  subscribe(): never {
    throw new Error("A subscription needs a `subscribe` of its own.");
  },
};
