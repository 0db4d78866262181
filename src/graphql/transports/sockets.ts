import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, handleProtocols } from "graphql-ws";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import type { Reach } from "../../config/reach.ts";
import type { ClientTiming } from "./client-timing.ts";
import { createConnect } from "./connect-socket.ts";
import { type Presented, presentedBy, presentedByInit, type Sender } from "./connection-credential.ts";
import type { ConnectionLimits } from "./connection-limiter.ts";
import { createConnectionThrottle } from "./connection-throttle.ts";
import { createIsCrossOrigin } from "./cross-origin.ts";
import { createGraphqlWsAdapter } from "./graphql-ws-adapter.ts";
import { BODY_BYTES_MAX, RETRY_AFTER_SECONDS } from "./http-error.ts";
import { startKeepAlive } from "./keep-alive.ts";
import { createIsKnownHost, hasReadableHost } from "./known-host.ts";
import type { LongLivedOptions } from "./long-lived.ts";
import { endStalledSockets, refuseFlood } from "./socket-guard.ts";
import { createSocketOperations } from "./socket-operations.ts";

/** Enough for gateways that open one socket for many clients, and for those that open one for each. */
const SOCKETS_MAX = 10_000;

/** A program needs one socket, a person one for each window. A tenant gets half of all sockets. */
const LIMITS: ConnectionLimits = { perUser: 100, perTenant: SOCKETS_MAX / 2, total: SOCKETS_MAX };

/**
 * How long a client may take to answer the closing handshake. A reachable one needs a round trip. Until the
 * end its socket takes a place of its user, so the 30 s of the library are too long.
 */
const CLOSE_TIMEOUT_MS = 5_000;

/**
 * New sockets a second. After a restart ten thousand clients reconnect at once: within ten seconds all are
 * accepted, and the server answers requests meanwhile.
 */
const SOCKETS_A_SECOND = 1_000;

/**
 * Serves `graphql-transport-ws` at `/graphql`. Disposing closes every socket with 1001, so clients reconnect.
 */
export function openSockets(server: Server, options: LongLivedOptions): AsyncDisposable {
  const { operations, reach, lifetimes, timing } = options;
  const limits = { ...LIMITS, ...options.limits };
  const sockets = new WebSocketServer(serverOptions(timing));
  const upgrades = new WeakMap<WebSocket, Presented>();
  const senders = new WeakMap<WebSocket, Sender>();
  const keepAlive = startKeepAlive(sockets.clients, timing);
  const connect = createConnect({ operations, lifetimes, limits });
  const attach = createGraphqlWsAdapter(
    {
      ...createSocketOperations(operations, senders),
      // The library's own timeout would also count the time in which this process did not run.
      connectionInitWaitTimeout: 0,
      async onConnect(context) {
        const { socket } = context.extra;
        keepAlive.initialized(socket);
        const presented = presentedByInit(context.connectionParams, upgrades.get(socket));
        // The library keeps it until the socket closes: up to a megabyte each.
        Object.assign(context, { connectionParams: undefined });
        upgrades.delete(socket);
        const sender = await connect(socket, presented);
        if (sender) senders.set(socket, sender);
        return sender !== null;
      },
    },
    operations.telemetry.log,
  );
  const stalled = endStalledSockets(sockets.clients, timing);
  const throttle = createConnectionThrottle(SOCKETS_A_SECOND);
  const serve = (client: WebSocket, request: IncomingMessage): void => {
    upgrades.set(client, presentedBy(request));
    // The request is not kept: ten thousand of them would take forty megabytes.
    if (sockets.clients.size <= limits.total) {
      keepAlive.watch(client);
      attach(client);
    } else client.close(CloseCode.TooManyInitialisationRequests, "Too many sockets");
  };
  const findRejection = createFindRejection(reach);
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", destroy);
    const rejection = findRejection(request) ?? (throttle.waiting > limits.total ? QUEUE_FULL : null);
    if (rejection) rejectUpgrade(socket, rejection);
    else throttle.run(() => acceptUpgrade(sockets, { request, socket, head }, serve));
  });

  return {
    async [Symbol.asyncDispose]() {
      stalled[Symbol.dispose]();
      keepAlive[Symbol.dispose]();
      await closeAll(sockets);
    },
  };
}

type Upgrade = { readonly request: IncomingMessage; readonly socket: Duplex; readonly head: Buffer };

function acceptUpgrade(
  sockets: WebSocketServer,
  { request, socket, head }: Upgrade,
  serve: (client: WebSocket, request: IncomingMessage) => void,
): void {
  if (socket.destroyed) return;
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on("error", ignoreError);
    refuseFlood(client, socket);
    serve(client, request);
  });
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const timer = setTimeout(() => {
    for (const client of sockets.clients) client.terminate();
  }, CLOSE_TIMEOUT_MS);
  for (const client of sockets.clients) client.close(GOING_AWAY, "Going away");
  await new Promise((resolve) => sockets.close(resolve));
  clearTimeout(timer);
}

/** The types of the library do not declare `closeTimeout` yet. */
const serverOptions = ({
  closeTimeoutMs = CLOSE_TIMEOUT_MS,
}: ClientTiming): ServerOptions & { readonly closeTimeout: number } => ({
  noServer: true,
  maxPayload: BODY_BYTES_MAX,
  handleProtocols,
  closeTimeout: closeTimeoutMs,
});

/** The WebSocket close code for a server that shuts down. */
const GOING_AWAY = 1001;

const QUEUE_FULL = `503 Service Unavailable\r\nRetry-After: ${RETRY_AFTER_SECONDS}`;

// Not a closure at its use: that would keep the whole request in memory until the socket closes.
function destroy(this: Duplex): void {
  this.destroy();
}

// graphql-ws handles the first error only, and a refused socket has no other listener.
function ignoreError(): void {}

/** Node has no timeout for a connection that requests an upgrade, so a rejected one is closed here (D22). */
function rejectUpgrade(socket: Duplex, rejection: string): void {
  socket
    .resume()
    .end(
      `HTTP/1.1 ${rejection}\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS).unref();
}

function createFindRejection(reach: Reach): (request: IncomingMessage) => string | null {
  const isKnownHost = createIsKnownHost(reach);
  const isCrossOrigin = createIsCrossOrigin(reach);
  return (request) => {
    if (request.url?.split("?")[0] !== "/graphql") return "404 Not Found";
    if (!hasReadableHost(request)) return "400 Bad Request";
    if (!isKnownHost(request)) return "421 Misdirected Request";
    return isCrossOrigin(request.headers) ? "403 Forbidden" : null;
  };
}
