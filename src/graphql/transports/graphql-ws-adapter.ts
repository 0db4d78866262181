import { CloseCode, makeServer, type ServerOptions } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../../log.ts";
import { isTooDeep } from "../operation/check-variables.ts";

/** The extra context of graphql-ws's hooks. */
type Extra = {
  readonly socket: WebSocket;
  /** The size of the current message. The library keeps a message until the operation that it starts ends. */
  messageBytes: number;
  /** From `connection_init` until its acknowledgement or refusal. */
  isConnecting: boolean;
};

export type Protocol = ServerOptions<Record<string, unknown> | undefined, Extra>;

/**
 * Passes messages between sockets and graphql-ws. The library's own adapter for `ws` prints errors with their
 * stacks, and closes with 4500 when a client made the mistake.
 *
 * While `onConnect` runs, later messages of the socket wait in order. Otherwise the library would answer a
 * ping before the acknowledgement, and close with 4401 for a `subscribe` that was sent right after the init.
 */
export function createGraphqlWsAdapter(protocol: Protocol, log: Logger): (socket: WebSocket) => void {
  const server = makeServer<Record<string, unknown> | undefined, Extra>({
    ...protocol,
    async onConnect(context) {
      context.extra.isConnecting = true;
      try {
        return await protocol.onConnect?.(context);
      } finally {
        context.extra.isConnecting = false;
      }
    },
  });
  return (socket) => {
    const send = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        socket.send(text, (error) => (error ? reject(error) : resolve()));
      });
    const fail = (error: unknown): void => {
      // The client disconnected meanwhile, so it needs no answer.
      if (socket.readyState !== socket.OPEN) return;
      if (isUnexpected(error)) socket.close(CloseCode.BadRequest, "Invalid message received");
      else {
        log.error({ err: error }, "socket message failed");
        socket.close(CloseCode.InternalServerError, "Internal server error");
      }
    };
    const extra: Extra = { socket, messageBytes: 0, isConnecting: false };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, reason),
        onPing: (payload) => send(pongTo(payload)),
        onMessage: (receive) =>
          receiveInOrder(socket, {
            receive(text) {
              // After the close frame: the rights of the client have ended, or the process stops.
              if (socket.readyState !== socket.OPEN) return Promise.resolve();
              extra.messageBytes = Buffer.byteLength(text);
              return receive(text).catch(fail);
            },
            isConnecting: () => extra.isConnecting,
          }),
      },
      extra,
    );
    socket.once("close", (code, reason) => {
      closed(code, String(reason)).catch((error) => log.error({ err: error }, "socket cleanup failed"));
    });
  };
}

/**
 * Receives messages as they come, and lets those wait that come while the socket is connecting. Pausing the
 * connection bounds them: only messages that the process has read already can wait, some 64 KiB.
 */
function receiveInOrder(
  socket: WebSocket,
  { receive, isConnecting }: { receive(text: string): Promise<void>; isConnecting(): boolean },
): void {
  let waiting: string[] | null = null;
  socket.on("message", (data) => {
    const text = String(data);
    if (waiting) {
      waiting.push(text);
      return;
    }
    const received = receive(text);
    if (!isConnecting()) return;
    const queue: string[] = [];
    waiting = queue;
    socket.pause();
    void received.then(() => {
      waiting = null;
      for (const next of queue) void receive(next);
      socket.resume();
    });
  });
}

/**
 * The protocol allows to omit the payload. One that nests too deeply would overflow `JSON.stringify` (D23).
 */
const pongTo = (payload: Record<string, unknown> | undefined): string =>
  JSON.stringify({ type: "pong", ...(payload && !isTooDeep(payload) && { payload }) });

/** Whether a client sent a message that only servers send. The library has one error class for everything. */
const isUnexpected = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Unexpected message of type");
