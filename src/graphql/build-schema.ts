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
import { createEntitiesResolver, type EntityFinders } from "./entities.ts";
import { checkListSizes, declareListSizes } from "./list-sizes.ts";

export type SubgraphResolvers = {
  /** The resolver classes of type-graphql. */
  // biome-ignore lint/complexity/noBannedTypes: type-graphql calls a class a Function.
  readonly resolvers: NonEmptyArray<Function>;
  readonly entities: EntityFinders;
};

export type Subgraph = {
  /** For gateways: our own definitions and the federation link, in alphabetical order. */
  readonly sdl: string;
  /** For clients and their tools: the same without anything of federation, as a gateway would serve it. */
  readonly apiSdl: string;
  readonly schema: GraphQLSchema;
};

// The newest version that both composers take: Apollo's (up to 2.14) and the Guild's (up to 2.9).
const FEDERATION_LINK = `schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@tag", "@authenticated", "@requiresScopes", "@cost", "@listSize"]
  )`;

/**
 * Makes a federated schema of the rooms' resolvers. type-graphql knows nothing of federation, so its schema is printed and built
 * again from the text, with the same resolvers. Plain fields stay without one: graphql-js then reads them in place.
 */
export async function buildSubgraph({ resolvers, entities }: SubgraphResolvers): Promise<Subgraph> {
  // Sorted, so that the text depends on nothing but the definitions.
  const types = lexicographicSortSchema(
    await buildSchema({ resolvers, validate: false, pubSub: NO_PUB_SUB }),
  );
  const sdl = printSdl(types);
  // The two packages describe one shape in two ways.
  const resolversByType = createResolversMap(types) as GraphQLResolverMap;
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolversByType }]);
  addResolversToSchema(schema, { Query: { _entities: createEntitiesResolver(entities) } });
  checkListSizes(schema);
  return { sdl, apiSdl: printApiSchema(sdl), schema };
}

function printSdl(types: GraphQLSchema): string {
  const { definitions, ...document } = describeSchema(getDocumentNodeFromSchema(types));
  // The schema is defined with its federation link.
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

/** graphql-js prints descriptions and deprecations, and none of the directives that federation adds. */
function printApiSchema(sdl: string): string {
  const subgraph = buildASTSchema(parse(sdl), { assumeValidSDL: true });
  const api = new GraphQLSchema({ ...subgraph.toConfig(), directives: specifiedDirectives });
  return `${printSchema(lexicographicSortSchema(api))}\n`;
}

// type-graphql asks for one as soon as there is a subscription, although each of ours brings its own `subscribe`.
const NO_PUB_SUB = {
  publish(): never {
    throw new Error("Publishing is not supported: subscriptions read stored data.");
  },
  subscribe(): never {
    throw new Error("A subscription needs a `subscribe` of its own.");
  },
};
