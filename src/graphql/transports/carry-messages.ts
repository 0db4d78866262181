import { CloseCode, makeServer, type ServerOptions } from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../../log.ts";
import { isTooDeep } from "../operation/check-variables.ts";

/** What the hooks of the protocol find in their context. */
type Extra = {
  readonly socket: WebSocket;
  /** Of the message that is being handled, which the library keeps as long as the operation that it begins. */
  messageBytes: number;
};

export type Protocol = ServerOptions<Record<string, unknown> | undefined, Extra>;

/**
 * Carries the messages of sockets to graphql-ws and back. The library's own adapter for `ws` prints errors with their stacks, and
 * closes with 4500 what a client did wrong.
 */
export function createCarrier(protocol: Protocol, log: Logger): (socket: WebSocket) => void {
  const server = makeServer(protocol);
  return (socket) => {
    const send = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== socket.OPEN) return resolve();
        socket.send(text, (error) => (error ? reject(error) : resolve()));
      });
    const fail = (error: unknown): void => {
      // The client left while we answered; what waited for it is over as well.
      if (socket.readyState !== socket.OPEN) return;
      if (isUnexpected(error)) socket.close(CloseCode.BadRequest, "Invalid message received");
      else {
        log.error({ err: error }, "a message on a socket could not be handled");
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
      closed(code, String(reason)).catch((error) =>
        log.error({ err: error }, "what a closed socket had begun could not be ended"),
      );
    });
  };
}

/** The protocol lets us leave the payload out: one that nests too deeply would overflow the stack of `JSON.stringify` (D23). */
const pongTo = (payload: Record<string, unknown> | undefined): string =>
  JSON.stringify({ type: "pong", ...(payload && !isTooDeep(payload) && { payload }) });

/** A message that only servers send. The library throws the same class for everything. */
const isUnexpected = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Unexpected message of type");
