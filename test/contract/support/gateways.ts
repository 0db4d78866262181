import { composeServices as composeWithApollo } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";
import { composeServices as composeWithGuild } from "@theguild/federation-composition";
import { parse } from "graphql";
import type { GraphAnswer } from "../../support/test-app.ts";

export type Subgraph = { readonly name: string; readonly url: string; readonly sdl: string };

export type Gateway = AsyncDisposable & {
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<GraphAnswer<Data>>;
};

type Composed = { supergraph: string | undefined; errors: string[] };

const toServices = (subgraphs: readonly Subgraph[]) =>
  subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));

/** Each composer's supergraph, or what it complains about. */
export const composers: Record<string, (subgraphs: readonly Subgraph[]) => Composed> = {
  "@apollo/composition": (subgraphs) => {
    const { supergraphSdl, errors } = composeWithApollo(toServices(subgraphs));
    return { supergraph: supergraphSdl, errors: errors?.map(({ message }) => message) ?? [] };
  },
  "@theguild/federation-composition": (subgraphs) => {
    const { supergraphSdl, errors } = composeWithGuild(toServices(subgraphs));
    return { supergraph: supergraphSdl, errors: errors?.map(({ message }) => message) ?? [] };
  },
};

export function compose(composer: string, subgraphs: readonly Subgraph[]): string {
  const { supergraph, errors = [] } = composers[composer]?.(subgraphs) ?? {};
  if (!supergraph) throw new Error(errors.join("\n"));
  return supergraph;
}

/** `@apollo/gateway`, inside an Apollo Server as its users run it. */
export async function startApolloGateway(supergraph: string): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url: url ?? "" }),
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  return {
    async ask(query, variables = {}) {
      const { body } = await server.executeOperation({ query, variables });
      if (body.kind !== "single") throw new Error("A gateway was to answer at once.");
      return JSON.parse(JSON.stringify(body.singleResult));
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Hive Gateway, configured as our README says: subscriptions go to the people subgraph over WebSocket. */
export function createHiveGateway(supergraph: string) {
  const runtime = createGatewayRuntime({
    supergraph,
    logging: false,
    transportEntries: {
      people: { options: { subscriptions: { kind: "ws", location: "/graphql" } } },
    },
  });
  const post = (query: string, variables: Record<string, unknown>, accept: string): Promise<Response> =>
    Promise.resolve(
      runtime.fetch("http://gateway/graphql", {
        method: "POST",
        headers: { "content-type": "application/json", accept },
        body: JSON.stringify({ query, variables }),
      }),
    );
  return {
    async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<GraphAnswer<Data>> {
      const response = await post(query, variables, "application/json");
      return response.json();
    },
    /** The events that the gateway sends, until the subscription completes. */
    async subscribe<Data>(query: string, variables: Record<string, unknown>): Promise<GraphAnswer<Data>[]> {
      const response = await post(query, variables, "text/event-stream");
      const text = await response.text();
      return [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
    },
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
    },
  };
}
