import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema, type GraphQLResolverMap } from "@apollo/subgraph";
import { parse } from "graphql";

export type OtherSubgraph = AsyncDisposable & {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
};

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`;

/** The subgraph of another team, which references people by our id. */
const LAPTOPS = `${LINK}
  type Query { laptops(owners: [ID!]!): [Laptop!]! }
  type Laptop { name: String! owner: Person! }
  type Person @key(fields: "id") { id: ID! laptop: Laptop! }
`;

/** The subgraph of a third team, which references people by work email, in any case. */
const CHAT = `${LINK}
  scalar EmailAddress
  type Query { onCall(workEmail: EmailAddress!): Person! }
  type Person @key(fields: "workEmail") { workEmail: EmailAddress! handle: String! }
`;

/** A subgraph that references the things of the stub graph. */
const TAGS = `${LINK}
  type Query { tagged: [Thing!]! }
  type Thing @key(fields: "id") { id: ID! tag: String! }
`;

export const startTags = (): Promise<OtherSubgraph> =>
  start("tags", TAGS, {
    Query: { tagged: () => [{ id: "1" }] },
    Thing: { __resolveReference: ({ id }: { id: string }) => ({ id }), tag: () => "new" },
  });

const laptopOf = (id: string) => ({ name: `laptop of ${id}`, owner: { id } });

export const startLaptops = (): Promise<OtherSubgraph> =>
  start("laptops", LAPTOPS, {
    Query: { laptops: (_: unknown, { owners }: { owners: string[] }) => owners.map(laptopOf) },
    Person: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      laptop: ({ id }: { id: string }) => laptopOf(id),
    },
  });

export const startChat = (): Promise<OtherSubgraph> =>
  start("chat", CHAT, {
    Query: { onCall: (_: unknown, { workEmail }: { workEmail: string }) => ({ workEmail }) },
    Person: {
      __resolveReference: ({ workEmail }: { workEmail: string }) => ({ workEmail }),
      handle: ({ workEmail }: { workEmail: string }) => `@${workEmail.split("@")[0]}`,
    },
  });

async function start(name: string, sdl: string, resolvers: GraphQLResolverMap): Promise<OtherSubgraph> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]);
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: 0 } });
  return { name, url, sdl, [Symbol.asyncDispose]: () => server.stop() };
}
