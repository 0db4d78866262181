import type { IncomingMessage, Server } from "node:http";
import type { ExecutionArgs } from "graphql";
import { CloseCode, type ServerOptions } from "graphql-ws";
import { type Extra, useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { ActionableError } from "../../errors.ts";
import { toGraphQLError } from "../operation/format-error.ts";
import type { Operations } from "../operation/operations.ts";
import type { PreparedOperation } from "../operation/prepare-operation.ts";
import type { IsKnownHost } from "./known-host.ts";
import { BODY_BYTES_MAX } from "./web-server.ts";

/** Gateways open one socket for many clients, or one for each: room for both. */
const SOCKETS_MAX = 10_000;

/** Operations under way on one socket. */
const OPERATIONS_PER_SOCKET_MAX = 20;

/** A socket that does not answer a ping by the next one is gone. Proxies cut what is silent for a minute. */
const KEEP_ALIVE_MS = 20_000;

/** How long a client may take to say goodbye when we stop. */
const GOODBYE_MS = 5_000;

type SocketsOptions = {
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
  const sockets = new WebSocketServer({ noServer: true, maxPayload: BODY_BYTES_MAX });
  const graphql = useServer({ ...serve(operations), isProd: true }, sockets, KEEP_ALIVE_MS);

  server.on("upgrade", (request, socket, head) => {
    const refusal = refusalOf(request, options);
    if (refusal) {
      socket.on("error", () => socket.destroy());
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      if (sockets.clients.size <= socketsMax) sockets.emit("connection", client, request);
      else client.close(CloseCode.TooManyInitialisationRequests, "Too many sockets");
    });
  });

  return {
    async [Symbol.asyncDispose]() {
      const timer = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
      }, GOODBYE_MS);
      await graphql.dispose();
      clearTimeout(timer);
    },
  };
}

function refusalOf(request: IncomingMessage, { publicUrl, isKnownHost }: SocketsOptions): string | null {
  if (request.url?.split("?")[0] !== "/graphql") return "404 Not Found";
  if (!isKnownHost(request.headers.host)) return "421 Misdirected Request";
  // A browser sends its user's cookies and network place along, whichever page asks: only our own pages may.
  return isForeign(request.headers, publicUrl) ? "403 Forbidden" : null;
}

function isForeign({ origin, host }: IncomingMessage["headers"], publicUrl: string | undefined): boolean {
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  return new URL(origin).host !== host && origin !== (publicUrl && new URL(publicUrl).origin);
}

/** Every operation goes through what HTTP goes through; graphql-ws only carries messages. */
function serve({ schema, prepare, answers, formatError }: Operations): SocketServerOptions {
  const preparedBy = new WeakMap<ExecutionArgs, PreparedOperation>();
  const getPrepared = (args: ExecutionArgs): PreparedOperation => {
    const prepared = preparedBy.get(args);
    if (!prepared) throw new Error("An operation must be prepared before it runs.");
    return prepared;
  };

  return {
    onSubscribe({ subscriptions }, _id, payload) {
      if (Object.keys(subscriptions).length > OPERATIONS_PER_SOCKET_MAX) return [TOO_MANY_OPERATIONS];
      const { query, operationName, variables } = payload;
      const prepared = prepare({ query, operationName, variables });
      if ("errors" in prepared) return prepared.errors;
      const args = { schema, document: prepared.document, operationName: prepared.operationName };
      preparedBy.set(args, prepared);
      return args;
    },
    execute: (args) => answers.answer(getPrepared(args)),
    subscribe: (args) => answers.subscribe(getPrepared(args)),
    onNext: (_context, _id, _payload, _args, { data, errors }) => ({
      ...(errors && { errors: errors.map(formatError) }),
      ...(data !== undefined && { data }),
    }),
    onError: (_context, _id, _payload, errors) => errors.map(formatError),
  };
}

type SocketServerOptions = ServerOptions<Record<string, unknown> | undefined, Extra>;

const TOO_MANY_OPERATIONS = toGraphQLError(
  new ActionableError(
    "TOO_MANY_SUBSCRIPTIONS",
    `More than ${OPERATIONS_PER_SOCKET_MAX} operations are under way on this socket.`,
    "Complete one that is no longer needed, or open another socket.",
  ),
);
