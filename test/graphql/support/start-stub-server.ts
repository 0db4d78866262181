import { pino } from "pino";
import { DataSource } from "typeorm";
import { administratorOfDefault } from "../../../src/access/viewer.ts";
import { buildSubgraph } from "../../../src/graphql/build-schema.ts";
import { createRequests } from "../../../src/graphql/context.ts";
import { type Server, type ServerOptions, startServer } from "../../../src/graphql/server.ts";
import { createMetrics } from "../../../src/metrics/metrics.ts";
import { untraced } from "../../../src/metrics/trace.ts";
import { LOCAL_REACH } from "../../support/local-reach.ts";
import { NO_SERVICES, stubResolvers } from "./stub-resolvers.ts";

const NO_LIMIT = { perUser: Number.POSITIVE_INFINITY, perTenant: Number.POSITIVE_INFINITY };

export type StubServer = Server & { readonly logged: () => Record<string, unknown>[] };

/** What differs from a local server without database, limits, and routes beside the graph. */
type StubOptions = Partial<Pick<ServerOptions, "identify" | "limits" | "timing">> & {
  readonly reach?: Partial<ServerOptions["reach"]>;
  readonly routes?: Partial<ServerOptions["routes"]>;
  readonly dataSource?: DataSource;
};

/** The real server with the stub graph. */
export async function startStubServer(options: StubOptions = {}): Promise<StubServer> {
  const { reach, routes, dataSource = new DataSource({ type: "postgres" }), ...others } = options;
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line) => lines.push(line) });
  const { schema } = await buildSubgraph(stubResolvers);
  const cursorKeys = [Buffer.alloc(32, 1)];
  const server = await startServer({
    graph: { schema, requests: createRequests({ dataSource, services: NO_SERVICES, cursorKeys, log }) },
    identify: async () => administratorOfDefault,
    reach: { ...LOCAL_REACH, ...reach },
    routes: { checkReady: async () => undefined, ...routes },
    // Tests send more operations than one user.
    limits: {
      rates: { perTenant: null, perUser: null },
      subscriptionsPerUser: null,
      sockets: NO_LIMIT,
      streams: NO_LIMIT,
    },
    telemetry: { metrics: createMetrics(), trace: untraced, log },
    ...others,
  });
  return Object.assign(server, { logged: () => lines.map((line) => JSON.parse(line)) });
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
