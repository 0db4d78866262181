import { CloseCode, makeServer, type ServerOptions } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../../log.ts";
import { isTooDeep } from "../operation/check-variables.ts";

/** The extra context of graphql-ws's hooks. */
type Extra = {
  readonly socket: WebSocket;
  /** The size of the current message. The library keeps a message until the operation that it starts ends. */
  messageBytes: number;
};

export type Protocol = ServerOptions<Record<string, unknown> | undefined, Extra>;

/**
 * Passes messages between sockets and graphql-ws. The library's own adapter for `ws` prints errors with their
 * stacks, and closes with 4500 when a client made the mistake.
 */
export function createGraphqlWsAdapter(protocol: Protocol, log: Logger): (socket: WebSocket) => void {
  const server = makeServer(protocol);
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
    const extra: Extra = { socket, messageBytes: 0 };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send,
        close: (code, reason) => socket.close(code, reason),
        onPing: (payload) => send(pongTo(payload)),
        onMessage: (receive) =>
          socket.on("message", (data) => {
            const text = String(data);
            extra.messageBytes = Buffer.byteLength(text);
            void receive(text).catch(fail);
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
 * The protocol allows to omit the payload. One that nests too deeply would overflow `JSON.stringify` (D23).
 */
const pongTo = (payload: Record<string, unknown> | undefined): string =>
  JSON.stringify({ type: "pong", ...(payload && !isTooDeep(payload) && { payload }) });

/** Whether a client sent a message that only servers send. The library has one error class for everything. */
const isUnexpected = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Unexpected message of type");
