import { pino } from "pino";
import { DataSource } from "typeorm";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { type Server, type ServerOptions, startServer } from "../../../src/graphql/server.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { NO_SERVICES, stubResolvers } from "./stub-resolvers.ts";

const NO_LIMIT = { perUser: Number.POSITIVE_INFINITY, perTenant: Number.POSITIVE_INFINITY };

export type StubServer = Server & {
  readonly options: ServerOptions;
  readonly logged: () => Record<string, unknown>[];
};

/** The real server with the stub graph, without a database unless `options` contains one. */
export async function startStubServer(options: Partial<ServerOptions> = {}): Promise<StubServer> {
  const lines: string[] = [];
  const { schema } = await buildSubgraph(stubResolvers);
  const complete: ServerOptions = {
    host: "127.0.0.1",
    port: 0,
    production: false,
    publicUrl: undefined,
    schema,
    database: { dataSource: new DataSource({ type: "postgres" }), checkReady: async () => undefined },
    services: NO_SERVICES,
    identify: async () => administratorOfDefault,
    cursorKeys: [Buffer.alloc(32, 1)],
    // Tests send more operations than one user.
    limits: {
      rates: { perTenant: null, perUser: null },
      subscriptionsPerUser: null,
      sockets: NO_LIMIT,
      streams: NO_LIMIT,
    },
    metrics: createMetrics(),
    trace: untraced,
    log: pino({ level: "debug" }, { write: (line) => lines.push(line) }),
    ...options,
  };
  const server = await startServer(complete);
  return Object.assign(server, { options: complete, logged: () => lines.map((line) => JSON.parse(line)) });
}

export type Answer = { status: number; contentType: string | null; body: GraphQLBody };
export type GraphQLBody = {
  data?: unknown;
  errors?: { message: string; path?: unknown; extensions: { code: string; help?: string; id?: string } }[];
};

/** Sends one operation over HTTP, as a plain client does. */
export const post = (url: string, body: unknown): Promise<Answer> =>
  send(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** Sends a request to `/graphql` and reads the answer as JSON, whatever its status. */
export async function send(url: string, init: RequestInit & { search?: string }): Promise<Answer> {
  const response = await fetch(`${url}/graphql${init.search ?? ""}`, init);
  const body: GraphQLBody = await response.json();
  return { status: response.status, contentType: response.headers.get("content-type"), body };
}

export const codesOf = ({ errors }: GraphQLBody): string[] =>
  errors?.map(({ extensions }) => extensions.code) ?? [];
