import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type ExecutionResult, GraphQLError } from "graphql";
import { CloseCode, type ServerOptions } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { isForeignPage } from "../doors/foreign-page.ts";
import { hasReadableHost, type IsKnownHost } from "../doors/known-host.ts";
import { createPace } from "../doors/pace.ts";
import { RETRY_AFTER_SECONDS } from "../doors/refusal.ts";
import { BODY_BYTES_MAX } from "../doors/web-server.ts";
import { toGraphQLError } from "../operation/format-error.ts";
import { formatResult } from "../operation/format-result.ts";
import type { Operations } from "../operation/operations.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import { endStalledSockets, refuseFlood, type SocketPatience } from "./socket-guard.ts";

/** Gateways open one socket for many clients, or one for each: room for both. */
const SOCKETS_MAX = 10_000;

/** Operations under way on one socket: a gateway carries those of all its clients over one (H2). */
const OPERATIONS_PER_SOCKET_MAX = 1_000;

/** A socket that does not answer a ping by the next one is gone. Proxies cut what is silent for a minute. */
const KEEP_ALIVE_MS = 20_000;

/** How long a client may take to say goodbye when we stop. */
const GOODBYE_MS = 5_000;

/**
 * How many are let in a second. After a restart ten thousand come back at once: within ten seconds they are all in, and requests are
 * answered meanwhile.
 */
const SOCKETS_A_SECOND = 1_000;

type SocketsOptions = SocketPatience & {
  server: Server;
  operations: Operations;
  /** Where browsers find us, when that is not where we listen. */
  publicUrl: string | undefined;
  isKnownHost: IsKnownHost;
  socketsMax?: number;
  keepAliveMs?: number;
};

/** The WebSocket door at `/graphql`, speaking `graphql-transport-ws`. Disposing closes every socket with 1001, "come back later". */
export function openSockets(options: SocketsOptions): AsyncDisposable {
  const { server, operations, socketsMax = SOCKETS_MAX, keepAliveMs = KEEP_ALIVE_MS } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX });
  const viewers = new WeakMap<WebSocket, Viewer>();
  const graphql = useServer({ ...serve(operations, viewers), isProd: true }, sockets, keepAliveMs);
  const stalled = endStalledSockets(sockets.clients, options);
  const pace = createPace(SOCKETS_A_SECOND);

  const welcome = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (socket.destroyed) return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      refuseFlood(client);
      viewers.set(client, operations.identify(request.headers));
      // Without the request: nobody asks for it any more, and ten thousand of them are forty megabytes.
      if (sockets.clients.size <= socketsMax) sockets.emit("connection", client);
      else client.close(CloseCode.TooManyInitialisationRequests, "Too many sockets");
    });
  };
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", destroy);
    const refusal = refusalOf(request, options) ?? (pace.waiting > socketsMax ? TOO_MANY_WAIT : null);
    if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else pace.inTurn(() => welcome(request, socket, head));
  });

  return {
    async [Symbol.asyncDispose]() {
      stalled[Symbol.dispose]();
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, GOODBYE_MS);
      await graphql.dispose();
      clearTimeout(timer);
    },
  };
}

const TOO_MANY_WAIT = `503 Service Unavailable\r\nRetry-After: ${RETRY_AFTER_SECONDS}`;

// Not written where it is used: what stands there would live as long as the socket, the whole request with it.
function destroy(this: Duplex): void {
  this.destroy();
}

function refusalOf(request: IncomingMessage, { publicUrl, isKnownHost }: SocketsOptions): string | null {
  if (request.url?.split("?")[0] !== "/graphql") return "404 Not Found";
  if (!hasReadableHost(request)) return "400 Bad Request";
  if (!isKnownHost(request)) return "421 Misdirected Request";
  return isForeignPage(request.headers, publicUrl) ? "403 Forbidden" : null;
}

/** Every operation goes through what HTTP goes through; graphql-ws only carries messages. Who has opened a socket asks all of its. */
function serve(
  { schema, prepare, answers, formatError }: Operations,
  viewers: WeakMap<object, Viewer>,
): SocketServerOptions {
  const askedBy = new WeakMap<ExecutionArgs, readonly [PreparedOperation, Viewer]>();
  const getAsked = (args: ExecutionArgs): readonly [PreparedOperation, Viewer] => {
    const asked = askedBy.get(args);
    if (!asked) throw new Error("An operation must be prepared before it runs.");
    return asked;
  };

  return {
    onSubscribe: (
      { subscriptions, extra: { socket } },
      _id,
      { query, operationName, variables, extensions },
    ) => {
      if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET_MAX) return [TOO_MANY_OPERATIONS];
      const viewer = viewers.get(socket);
      if (!viewer) throw new Error("Every socket has a viewer.");
      try {
        const prepared = prepare({ query, operationName, variables, extensions }, viewer);
        if ("errors" in prepared) return prepared.errors;
        const args = { schema, document: prepared.document, operationName: prepared.operationName };
        askedBy.set(args, [prepared, viewer]);
        return args;
      } catch (error) {
        return [asGraphQLError(error)];
      }
    },
    // An operation that fails must not end its socket: graphql-ws would print the error and close with 4500 (D23).
    execute: (args) => answers.answer(...getAsked(args)).catch(toFailedResult),
    subscribe: (args) => answers.subscribe(...getAsked(args)).catch(toFailedResult),
    onNext: (_context, _id, _payload, _args, result) => formatResult(result, formatError),
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
  };
}

function asGraphQLError(error: unknown): GraphQLError {
  const cause = error instanceof Error ? error : new Error("an operation failed", { cause: error });
  return new GraphQLError(cause.message, { originalError: cause });
}

const toFailedResult = (error: unknown): ExecutionResult => ({ errors: [asGraphQLError(error)] });

type SocketServerOptions = ServerOptions<Record<string, unknown> | undefined, Extra>;

const TOO_MANY_OPERATIONS = toGraphQLError(
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `More than ${OPERATIONS_PER_SOCKET_MAX} operations are under way on this socket.`,
    "Complete one that is no longer needed, or open another socket.",
  ),
);
