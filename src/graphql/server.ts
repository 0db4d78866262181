import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Identify } from "../access/viewer.ts";
import type { Reach } from "../config/reach.ts";
import type { Graph } from "./context.ts";
import type { Telemetry } from "./operation/observe-operation.ts";
import { createOperations, type OperationLimits } from "./operation/operations.ts";
import type { ClientTiming } from "./transports/client-timing.ts";
import type { ConnectionLimits } from "./transports/connection-limiter.ts";
import { createEventStreams } from "./transports/event-streams.ts";
import { openSockets } from "./transports/sockets.ts";
import { watchViewerLifetimes } from "./transports/viewer-lifetimes.ts";
import { createWebServer, type Routes } from "./transports/web-server.ts";

/** What one user and one company may use. Absent limits are those of production, but keep no answers. */
export type ServerLimits = OperationLimits & {
  readonly sockets?: Partial<ConnectionLimits>;
  readonly streams?: Partial<ConnectionLimits>;
};

export type ServerOptions = {
  readonly graph: Graph;
  readonly identify: Identify;
  readonly reach: Reach;
  readonly routes: Routes;
  readonly limits?: ServerLimits;
  readonly timing?: ClientTiming;
  readonly telemetry: Telemetry;
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
  const { graph, identify, reach, routes, limits = {}, timing = {}, telemetry } = options;
  const operations = createOperations({ graph, identify, reach, limits, telemetry });
  const lifetimes = watchViewerLifetimes(identify, timing);
  const longLived = { operations, reach, lifetimes, timing };
  const eventStreams = createEventStreams({ ...longLived, limits: limits.streams });
  const web = await createWebServer({ operations, eventStreams, reach, routes, timing });
  const sockets = openSockets(web.server, { ...longLived, limits: limits.sockets });
  const transports = [sockets, eventStreams];
  try {
    await web.listen({ host: reach.host, port: reach.port, backlog: BACKLOG });
  } catch (error) {
    // Their timers would keep the process alive.
    lifetimes[Symbol.dispose]();
    await closeAll(web, transports);
    throw error;
  }

  // For example, no file descriptor is left for another connection. The open ones are still served.
  web.server.on("error", (error) => telemetry.log.error({ err: error }, "web server failed"));
  return {
    url: urlOf(web.server.address(), reach.host),
    [Symbol.asyncDispose]: () => stop({ web, transports, lifetimes, graph }),
  };
}

type Running = {
  readonly web: FastifyInstance;
  readonly transports: readonly AsyncDisposable[];
  readonly lifetimes: Disposable;
  readonly graph: Graph;
};

async function stop({ web, transports, lifetimes, graph }: Running): Promise<void> {
  lifetimes[Symbol.dispose]();
  const timer = setTimeout(() => web.server.closeAllConnections(), DRAIN_MS);
  // Node keeps a connection alive that was busy when closing began, so idle ones are closed repeatedly.
  const idleSweep = setInterval(() => web.server.closeIdleConnections(), IDLE_SWEEP_MS);
  const closed = closeAll(web, transports);
  // Sockets and streams are closing already, so no subscriber takes the refusal for an answer.
  graph.requests.stop();
  await closed;
  clearTimeout(timer);
  clearInterval(idleSweep);
}

/** Concurrently: `web.close` stops accepting first, and also waits for the sockets to close. */
const closeAll = (web: FastifyInstance, transports: readonly AsyncDisposable[]): Promise<unknown> =>
  Promise.all([web.close(), ...transports.map((transport) => transport[Symbol.asyncDispose]())]);

function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === "object" && address ? address.port : 0;
  // Clients cannot connect to the addresses that mean "every interface".
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
