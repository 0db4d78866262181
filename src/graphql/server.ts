import type { AddressInfo } from "node:net";
import type { GraphQLSchema } from "graphql";
import type { DataSource } from "typeorm";
import type { Identify } from "../access/viewer.ts";
import type { Logger } from "../log.ts";
import { createRequests, type Services } from "./context.ts";
import type { Telemetry } from "./operation/observe-operation.ts";
import { createOperations } from "./operation/operations.ts";
import { createApollo } from "./transports/apollo.ts";
import { createEventStreams } from "./transports/event-streams.ts";
import { createIsKnownHost } from "./transports/known-host.ts";
import { openSockets, type SocketTimeouts } from "./transports/sockets.ts";
import { createWebServer } from "./transports/web-server.ts";
import type { ReceiveWebhook } from "./transports/webhook-routes.ts";

export type ServerOptions = Telemetry & {
  host: string;
  /** 0 takes any free port. */
  port: number;
  production: boolean;
  /** Where browsers find us, when that is not where we listen. */
  publicUrl: string | undefined;
  schema: GraphQLSchema;
  database: { readonly dataSource: DataSource; checkReady(): Promise<void> };
  services: Services;
  identify: Identify;
  cursorKeys: readonly Buffer[];
  /** Takes in what Personio posts; without it, that door is closed. */
  receiveWebhook?: ReceiveWebhook;
  /** How long clients may keep us waiting; as production needs it when left out. */
  clients?: SocketTimeouts;
  /** After how long a client that takes nothing of its answer is cut off; for tests. */
  answerStalledMs?: number;
  log: Logger;
};

export type Server = AsyncDisposable & { readonly url: string };

/**
 * In-flight requests get this long when we stop, which is longer than a statement may take. The process has ten seconds for all
 * that it has to close.
 */
const DRAIN_MS = 6_500;
const IDLE_SWEEP_MS = 50;

/**
 * Connections that the kernel takes before we do. After a restart thousands come at once, and the default of 511 drops those that do
 * not fit. The kernel's own limit (`somaxconn`) is 4,096.
 */
const BACKLOG = 4_096;

/**
 * Serves the graph over HTTP, server-sent events and WebSocket. One operation goes
 *
 *     door ──▶ prepare ──▶ answer ──▶ format
 *     HTTP     parse,      a request  errors,
 *     SSE      limits,     of its     as callers
 *     or WS    cost        own        see them
 *
 * through the same code whichever door it came in by. Disposing stops accepting, closes sockets, and lets requests finish.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { host, port, production, publicUrl, schema, database, services, cursorKeys, log } = options;
  const { identify, metrics, trace, receiveWebhook, clients, answerStalledMs } = options;
  const requests = createRequests({ dataSource: database.dataSource, services, cursorKeys, log });
  const operations = createOperations({ schema, identify, requests, production, metrics, trace, log });

  const apollo = createApollo(operations);
  await apollo.start();
  const checkReady = () => database.checkReady();
  const { formatError } = operations;
  const isKnownHost = createIsKnownHost({ host, publicUrl });
  const eventStreams = createEventStreams({
    ...clients,
    operations,
    publicUrl,
    ...(answerStalledMs !== undefined && { stalledMs: answerStalledMs }),
  });
  const web = createWebServer({
    apollo,
    eventStreams,
    identify,
    receiveWebhook,
    formatError,
    checkReady,
    production,
    isKnownHost,
    answerStalledMs,
  });
  const sockets = openSockets({ ...clients, server: web.server, operations, publicUrl, isKnownHost });
  try {
    await web.listen({ host, port, backlog: BACKLOG });
  } catch (error) {
    // Their timers would keep a process that has nothing left to do.
    const open = [sockets, eventStreams].map((transport) => transport[Symbol.asyncDispose]());
    await Promise.all([web.close(), apollo.stop(), ...open]);
    throw error;
  }

  // Such as no file descriptor for another connection: those that are open are served on.
  web.server.on("error", (error) => log.error({ err: error }, "web server failed"));
  return {
    url: urlOf(web.server.address(), host),
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => web.server.closeAllConnections(), DRAIN_MS);
      // A connection that was busy when we stopped accepting is kept alive after its answer, unless somebody looks again.
      const idleSweep = setInterval(() => web.server.closeIdleConnections(), IDLE_SWEEP_MS);
      // Together: the server first stops accepting, and then waits for the sockets as well.
      await Promise.all([web.close(), sockets[Symbol.asyncDispose](), eventStreams[Symbol.asyncDispose]()]);
      clearTimeout(timer);
      clearInterval(idleSweep);
      await apollo.stop();
    },
  };
}

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === "object" && address ? address.port : 0;
  // The addresses that mean "every interface" are nowhere to go to.
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
