import { addResolversToSchema, buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { getDocumentNodeFromSchema } from "@graphql-tools/utils";
import { type GraphQLSchema, Kind, lexicographicSortSchema, parse, print } from "graphql";
import { buildSchema, createResolversMap, type NonEmptyArray } from "type-graphql";
import { declareListSizes } from "./declare-list-sizes.ts";
import { createEntitiesResolver, type EntityFinders } from "./entities.ts";

export type Rooms = {
  /** The resolver classes of type-graphql. */
  // biome-ignore lint/complexity/noBannedTypes: type-graphql calls a class a Function.
  readonly resolvers: NonEmptyArray<Function>;
  readonly entities: EntityFinders;
};

export type Subgraph = {
  /** What we publish: our own definitions and the federation link, in alphabetical order. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
};

// The newest version that both composers take: Apollo's (up to 2.14) and the Guild's (up to 2.9).
const FEDERATION_LINK = `extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@tag", "@authenticated", "@requiresScopes", "@cost", "@listSize"]
  )
`;

/**
 * Makes a federated schema of the rooms' resolvers. type-graphql knows nothing of federation, so its schema is printed and built
 * again from the text, with the same resolvers. Plain fields stay without one: graphql-js then reads them in place.
 */
export async function buildSubgraph({ resolvers, entities }: Rooms): Promise<Subgraph> {
  // Sorted, so that the text depends on nothing but the definitions.
  const types = lexicographicSortSchema(
    await buildSchema({ resolvers, validate: false, pubSub: NO_PUB_SUB }),
  );
  const sdl = printSdl(types);
  // The two packages describe one shape in two ways.
  const resolversByType = createResolversMap(types) as GraphQLResolverMap;
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolversByType }]);
  addResolversToSchema(schema, { Query: { _entities: createEntitiesResolver(entities) } });
  return { sdl, schema };
}

function printSdl(types: GraphQLSchema): string {
  const { definitions, ...document } = getDocumentNodeFromSchema(types);
  // The root types have their usual names, which need no `schema { … }`.
  const ours = definitions.filter(({ kind }) => kind !== Kind.SCHEMA_DEFINITION);
  return `${FEDERATION_LINK}\n${print(declareListSizes({ ...document, definitions: ours }))}\n`;
}

// type-graphql asks for one as soon as there is a subscription, although each of ours brings its own `subscribe`.
const NO_PUB_SUB = {
  publish(): never {
    throw new Error("Nothing is published here: a subscription reads what is stored.");
  },
  subscribe(): never {
    throw new Error("A subscription needs a `subscribe` of its own.");
  },
};
