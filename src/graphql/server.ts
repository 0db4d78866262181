import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { DataSource } from "typeorm";
import type { Identify } from "../access/viewer.ts";
import type { Logger } from "../log.ts";
import type { ScimHandler } from "../scim/scim-handler.ts";
import { createRequests, type Services } from "./context.ts";
import type { Telemetry } from "./operation/observe-operation.ts";
import { createOperations } from "./operation/operations.ts";
import type { Rates } from "./operation/rate-limiter.ts";
import { type Apollo, createApollo } from "./transports/apollo.ts";
import type { ConnectionLimits } from "./transports/connection-limiter.ts";
import { createIsCrossOrigin } from "./transports/cross-origin.ts";
import { createEventStreams } from "./transports/event-streams.ts";
import { createIsKnownHost } from "./transports/known-host.ts";
import type { SignInRoutesOptions } from "./transports/sign-in-routes.ts";
import { openSockets, type SocketTimeouts } from "./transports/sockets.ts";
import { type LifetimeTiming, watchViewerLifetimes } from "./transports/viewer-lifetimes.ts";
import { createWebServer } from "./transports/web-server.ts";
import type { ReceiveWebhook } from "./transports/webhook-routes.ts";

export type ServerOptions = Telemetry & {
  host: string;
  /** 0 takes any free port. */
  port: number;
  production: boolean;
  /** The folder of the built console; without it, the server has no such page. */
  consoleFolder?: string;
  /** The URL that browsers use, if it differs from the listening address. */
  publicUrl: string | undefined;
  /** Names in `Host` beside those of loopback and of the public URL. */
  allowedHosts?: readonly string[];
  /** Origins, besides that of the public URL, whose pages may use the graph. */
  allowedOrigins?: readonly string[];
  /** Addresses of proxies whose `X-Forwarded-For` contains the address of the client. */
  trustProxy?: readonly string[];
  schema: GraphQLSchema;
  database: { readonly dataSource: DataSource; checkReady(): Promise<void> };
  services: Services;
  /** See `RequestContext.looksAhead`. */
  looksAhead?: boolean;
  identify: Identify;
  cursorKeys: readonly Buffer[];
  /** The secrets that a gateway may present; see `operation/gateway-secret.ts`. */
  gatewaySecrets?: readonly string[];
  /** What one user and one company may use; the default values are those of production. */
  limits?: {
    readonly rates?: Rates;
    readonly subscriptionsPerUser?: number | null;
    /** The most sockets, and the most event streams, of one user and of one company. */
    readonly sockets?: Partial<ConnectionLimits>;
    readonly streams?: Partial<ConnectionLimits>;
  };
  /** What answers that are kept may take of the memory; by default none is kept. */
  keptBytes?: number;
  /** When the rights of long-lived connections are checked; for tests. */
  lifetimeTiming?: LifetimeTiming;
  /** Handles webhook deliveries from Personio; without it, the server has no webhook route. */
  receiveWebhook?: ReceiveWebhook;
  /** Serves identity providers at `/scim/v2`; without it, the server has no such route. */
  scim?: ScimHandler;
  /** How people sign in to the console; without it, the server has no such route. */
  console?: SignInRoutesOptions;
  /** Timeouts for unresponsive clients; the default values are those of production. */
  clients?: SocketTimeouts;
  /** How long a client may read nothing of its answer before the server disconnects it; for tests. */
  answerStalledMs?: number;
  log: Logger;
};

export type Server = AsyncDisposable & { readonly url: string };

/**
 * How long in-flight requests may take during shutdown: longer than the limit of a statement. The process has
 * ten seconds to close everything.
 */
const DRAIN_MS = 6_500;
const IDLE_SWEEP_MS = 50;

/**
 * Connections that the kernel queues until the process accepts them. After a restart thousands of clients
 * connect at once, and a full queue drops connections; the default is 511. The limit of the kernel
 * (`somaxconn`) is 4,096.
 */
const BACKLOG = 4_096;

/**
 * Serves the graph over HTTP, server-sent events and WebSocket. Operations of all transports share this code:
 *
 *     transport ──▶ prepare ──▶ answer ──▶ format
 *     HTTP          parse,      a request  errors,
 *     SSE           limits,     of its     as callers
 *     or WS         cost        own        see them
 *
 * Disposing stops accepting connections, closes sockets, and lets requests finish that have begun. Those
 * that wait for a turn are UNAVAILABLE at once.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, production, publicUrl, schema, database, log } = options;
  const { identify, gatewaySecrets = [], limits = {}, metrics, trace } = options;
  const { receiveWebhook, clients, answerStalledMs, allowedOrigins } = options;
  const stopping = new AbortController();
  const { dataSource } = database;
  const requests = createRequests({ ...options, dataSource, stopping: stopping.signal });
  const telemetry = { metrics, trace, log };
  const operations = createOperations({
    ...telemetry,
    ...limits,
    keptBytes: options.keptBytes,
    schema,
    identify,
    requests,
    production,
    gatewaySecrets,
  });
  const lifetimes = watchViewerLifetimes(identify, options.lifetimeTiming);

  const apollo = createApollo(operations, requests.rest);
  await apollo.start();
  const { formatError } = operations;
  const isKnownHost = createIsKnownHost(options);
  const isCrossOrigin = createIsCrossOrigin({ publicUrl, allowedOrigins });
  const eventStreams = createEventStreams({
    ...clients,
    operations,
    isCrossOrigin,
    lifetimes,
    limits: limits.streams,
    ...(answerStalledMs !== undefined && { stalledMs: answerStalledMs }),
  });
  const web = await createWebServer({
    apollo,
    rest: requests.rest,
    eventStreams,
    identify,
    isGateway: operations.isGateway,
    receiveWebhook,
    scim: options.scim && { ...options, handler: options.scim, requests, limitRate: operations.limitRate },
    console: options.console,
    formatError,
    checkReady: () => database.checkReady(),
    production,
    consoleFolder: options.consoleFolder,
    isKnownHost,
    origins: { publicUrl, allowedOrigins },
    trustProxy: options.trustProxy,
    answerStalledMs,
  });
  const sockets = openSockets({
    ...clients,
    server: web.server,
    operations,
    isCrossOrigin,
    isKnownHost,
    lifetimes,
    limits: limits.sockets,
  });
  try {
    await web.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    // Their timers would keep the process alive.
    lifetimes[Symbol.dispose]();
    const open = [sockets, eventStreams].map((transport) => transport[Symbol.asyncDispose]());
    await Promise.all([web.close(), apollo.stop(), ...open]);
    throw error;
  }

  // For example, no file descriptor is left for another connection. The open ones are still served.
  web.server.on("error", (error) => log.error({ err: error }, "web server failed"));
  return {
    url: urlOf(web.server.address(), host),
    [Symbol.asyncDispose]: () =>
      stop({ web, apollo, transports: [sockets, eventStreams], lifetimes, stopping }),
  };
}

type Running = {
  readonly web: FastifyInstance;
  readonly apollo: Apollo;
  readonly transports: readonly AsyncDisposable[];
  readonly lifetimes: Disposable;
  readonly stopping: AbortController;
};

async function stop({ web, apollo, transports, lifetimes, stopping }: Running): Promise<void> {
  lifetimes[Symbol.dispose]();
  const timer = setTimeout(() => web.server.closeAllConnections(), DRAIN_MS);
  // Node keeps a connection alive that was busy when closing began, so idle ones are closed repeatedly.
  const idleSweep = setInterval(() => web.server.closeIdleConnections(), IDLE_SWEEP_MS);
  // Concurrently: `web.close` stops accepting first, and also waits for the sockets to close.
  const closed = [web.close(), ...transports.map((transport) => transport[Symbol.asyncDispose]())];
  // Sockets and streams are closing already, so no subscriber takes the refusal for an answer.
  stopping.abort();
  await Promise.all(closed);
  clearTimeout(timer);
  clearInterval(idleSweep);
  await apollo.stop();
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === "object" && address ? address.port : 0;
  // Clients cannot connect to the addresses that mean "every interface".
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
