import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type ExecutionArgs, type ExecutionResult, GraphQLError, OperationTypeNode } from "graphql";
import { CloseCode, handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import type { Viewer } from "../../access/viewer.ts";
import { ActionableError } from "../../errors.ts";
import { checkSubscriptionSize } from "../operation/check-subscription-size.ts";
import { toGraphQLError } from "../operation/format-error.ts";
import { formatResult } from "../operation/format-result.ts";
import type { Operations } from "../operation/operations.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import { createCarrier, type Protocol } from "./carry-messages.ts";
import { isForeignPage } from "./foreign-page.ts";
import { hasReadableHost, type IsKnownHost } from "./known-host.ts";
import { createPace } from "./pace.ts";
import { type Presence, type PresencePace, watchPresence } from "./presence.ts";
import { RETRY_AFTER_SECONDS } from "./refusal.ts";
import { endStalledSockets, refuseFlood, type SocketPatience } from "./socket-guard.ts";
import { BODY_BYTES_MAX } from "./web-server.ts";

/** Gateways open one socket for many clients, or one for each: room for both. */
const SOCKETS_MAX = 10_000;

/** Operations under way on one socket: a gateway carries those of all its clients over one (H2). */
const OPERATIONS_PER_SOCKET_MAX = 1_000;

/** How long a client may take to say goodbye when we stop. */
const GOODBYE_MS = 5_000;

/**
 * How many are let in a second. After a restart ten thousand come back at once: within ten seconds they are all in, and requests are
 * answered meanwhile.
 */
const SOCKETS_A_SECOND = 1_000;

/** How long clients may keep us waiting. For tests, which cannot wait for production's limits. */
export type SocketPace = SocketPatience & PresencePace;

type SocketsOptions = SocketPace & {
  server: Server;
  operations: Operations;
  /** Where browsers find us, when that is not where we listen. */
  publicUrl: string | undefined;
  isKnownHost: IsKnownHost;
  socketsMax?: number;
};

/** The WebSocket door at `/graphql`, speaking `graphql-transport-ws`. Disposing closes every socket with 1001, "come back later". */
export function openSockets(options: SocketsOptions): AsyncDisposable {
  const { server, operations, socketsMax = SOCKETS_MAX } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX, handleProtocols });
  const viewers = new WeakMap<WebSocket, Viewer>();
  const presence = watchPresence(sockets.clients, options);
  const carry = createCarrier({ ...serve(operations, viewers), ...greet(presence) }, operations.log);
  const stalled = endStalledSockets(sockets.clients, options);
  const pace = createPace(SOCKETS_A_SECOND);

  const welcome = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (socket.destroyed) return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("error", survive);
      refuseFlood(client, socket);
      viewers.set(client, operations.identify(request.headers));
      // Without the request: nobody asks for it any more, and ten thousand of them are forty megabytes.
      if (sockets.clients.size <= socketsMax) {
        presence.watch(client);
        carry(client);
      } else client.close(CloseCode.TooManyInitialisationRequests, "Too many sockets");
    });
  };
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", destroy);
    const refusal = refusalOf(request, options) ?? (pace.waiting > socketsMax ? TOO_MANY_WAIT : null);
    if (refusal) refuseUpgrade(socket, refusal);
    else pace.inTurn(() => welcome(request, socket, head));
  });

  return {
    async [Symbol.asyncDispose]() {
      stalled[Symbol.dispose]();
      presence[Symbol.dispose]();
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, GOODBYE_MS);
      for (const client of sockets.clients) client.close(GOING_AWAY, "Going away");
      await new Promise((resolve) => sockets.close(resolve));
      clearTimeout(timer);
    },
  };
}

/** "Come back later", in the codes of WebSocket itself. */
const GOING_AWAY = 1001;

/** The library's own timer blames clients for the time in which this process did not run. */
const greet = ({ greeted }: Presence): Pick<Protocol, "connectionInitWaitTimeout" | "onConnect"> => ({
  connectionInitWaitTimeout: 0,
  onConnect(context) {
    greeted(context.extra.socket);
    // Nothing reads it, and the library keeps it as long as the socket lives: up to a megabyte each.
    Object.assign(context, { connectionParams: undefined });
  },
});

const TOO_MANY_WAIT = `503 Service Unavailable\r\nRetry-After: ${RETRY_AFTER_SECONDS}`;

// Not written where it is used: what stands there would live as long as the socket, the whole request with it.
function destroy(this: Duplex): void {
  this.destroy();
}

// graphql-ws listens to the first error of a socket that it was given; one that is refused has no other listener at all.
function survive(): void {}

/** Node keeps no clock for a connection that asked for an upgrade, so one that stays open after the refusal ends here (D22). */
function refuseUpgrade(socket: Duplex, refusal: string): void {
  socket.resume().end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  setTimeout(() => socket.destroy(), GOODBYE_MS).unref();
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
): Pick<Protocol, "onSubscribe" | "execute" | "subscribe" | "onNext" | "onError"> {
  const askedBy = new WeakMap<ExecutionArgs, readonly [PreparedOperation, Viewer]>();
  const getAsked = (args: ExecutionArgs): readonly [PreparedOperation, Viewer] => {
    const asked = askedBy.get(args);
    if (!asked) throw new Error("An operation must be prepared before it runs.");
    return asked;
  };

  return {
    onSubscribe: (
      { subscriptions, extra: { socket, messageBytes } },
      _id,
      { query, operationName, variables, extensions },
    ) => {
      if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET_MAX) return [TOO_MANY_OPERATIONS];
      const viewer = viewers.get(socket);
      if (!viewer) throw new Error("Every socket has a viewer.");
      try {
        const prepared = prepare({ query, operationName, variables, extensions }, viewer);
        if ("errors" in prepared) return prepared.errors;
        if (prepared.operation.operation === OperationTypeNode.SUBSCRIPTION)
          checkSubscriptionSize(messageBytes);
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

const TOO_MANY_OPERATIONS = toGraphQLError(
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `More than ${OPERATIONS_PER_SOCKET_MAX} operations are running on this socket.`,
    "Complete one that you no longer need, or open another socket.",
  ),
);
