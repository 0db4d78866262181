import { composeServices as composeWithApollo } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { createGatewayRuntime, type GatewayConfig } from "@graphql-hive/gateway-runtime";
import { composeServices as composeWithGuild } from "@theguild/federation-composition";
import { parse, print, visit } from "graphql";
import type { GraphAnswer } from "../../support/test-app.ts";

export type Subgraph = { readonly name: string; readonly url: string; readonly sdl: string };

export type Gateway = AsyncDisposable & {
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<GraphAnswer<Data>>;
};

type Composed = { supergraph: string | undefined; errors: string[] };

const toServices = (subgraphs: readonly Subgraph[]) =>
  subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));

/** Each composer returns its supergraph, or its errors. */
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

const RULES = /authenticated|requiresScopes/;

/** The supergraph as the guide describes it for `@apollo/gateway`, which refuses one with rules. */
const withoutRules = (supergraph: string): string =>
  print(
    visit(parse(supergraph), {
      DirectiveDefinition: ({ name }) => (RULES.test(name.value) ? null : undefined),
      Directive: (directive) =>
        RULES.test(directive.name.value === "link" ? print(directive) : directive.name.value)
          ? null
          : undefined,
    }),
  );

/** `@apollo/gateway` in an Apollo Server, as its users run it. With `apq` it sends hashes before texts. */
export async function startApolloGateway(supergraph: string, { apq = false } = {}): Promise<Gateway> {
  const gateway = new ApolloGateway({
    supergraphSdl: withoutRules(supergraph),
    buildService: ({ url }) => new RemoteGraphQLDataSource({ url: url ?? "", apq }),
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  return {
    async ask(query, variables = {}) {
      const { body } = await server.executeOperation({ query, variables });
      if (body.kind !== "single") throw new Error("Expected a single answer of the gateway.");
      return JSON.parse(JSON.stringify(body.singleResult));
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** The transport of Hive Gateway to our subscriptions: its default, or WebSocket as in the guide. */
export type HiveTransport = "server-sent events" | "WebSocket";

const overWebSocket = (secret: string) => ({
  transportEntries: {
    people: {
      options: {
        subscriptions: {
          kind: "ws",
          location: "/graphql",
          options: {
            connectionParams: {
              authorization: "{context.headers.authorization}",
              [SECRET_HEADER]: secret,
            },
          },
        },
      },
    },
  },
});

const SECRET_HEADER = "x-people-gateway-secret";

type HiveOptions = {
  /** The client's own token, which the gateway propagates. */
  readonly authorization?: string | undefined;
};

/** Hive Gateway as in the guide: it propagates `Authorization`, and sends the secret of the gateway. */
export function createHiveGateway(
  supergraph: string,
  transport: HiveTransport = "server-sent events",
  secret = "",
) {
  return serveSupergraph({
    supergraph,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({
        authorization: request.headers.get("authorization"),
        [SECRET_HEADER]: secret,
      }),
    },
    ...(transport === "WebSocket" ? overWebSocket(secret) : {}),
  });
}

/** Hive Gateway with a configuration of its own. */
export function serveSupergraph(config: GatewayConfig) {
  const runtime = createGatewayRuntime({ ...config, logging: false });
  const post = (
    query: string,
    variables: Record<string, unknown>,
    { accept, authorization }: HiveOptions & { accept: string },
  ): Promise<Response> =>
    Promise.resolve(
      runtime.fetch("http://gateway/graphql", {
        method: "POST",
        headers: { "content-type": "application/json", accept, ...(authorization && { authorization }) },
        body: JSON.stringify({ query, variables }),
      }),
    );
  return {
    async ask<Data>(
      query: string,
      variables: Record<string, unknown> = {},
      options: HiveOptions = {},
    ): Promise<GraphAnswer<Data>> {
      const response = await post(query, variables, { accept: "application/json", ...options });
      return response.json();
    },
    /** Yields the events of the gateway until the subscription completes or the caller stops. */
    async *subscribe<Data>(
      query: string,
      variables: Record<string, unknown>,
      options: HiveOptions = {},
    ): AsyncGenerator<GraphAnswer<Data>> {
      const response = await post(query, variables, { accept: "text/event-stream", ...options });
      let text = "";
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk;
        const lines = text.split("\n");
        text = lines.pop() ?? "";
        for (const line of lines)
          if (line.startsWith("data: {")) yield JSON.parse(line.slice("data: ".length));
      }
    },
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
    },
  };
}
