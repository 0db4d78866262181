import {
  CloseCode,
  type WebSocket as GraphqlWsSocket,
  makeServer,
  type PingMessage,
  type ServerOptions,
} from "graphql-ws";
import type { WebSocket } from "ws";
import type { Logger } from "../../log.ts";
import { isTooDeep } from "../operation/check-variables.ts";
import type { Rest } from "../slices.ts";
import { encodeInPieces } from "./stringify-in-pieces.ts";

export type Protocol = ServerOptions<Record<string, unknown> | undefined, SocketConnection>;

/**
 * Passes messages between sockets and graphql-ws. The library's own adapter for `ws` prints errors with their
 * stacks, and closes with 4500 when a client made the mistake.
 *
 * While `onConnect` runs, later messages of the socket wait in order. Otherwise the library would answer a
 * ping before the acknowledgement, and close with 4401 for a `subscribe` that was sent right after the init.
 */
export function createGraphqlWsAdapter(protocol: Protocol, log: Logger): (socket: WebSocket) => void {
  const server = makeServer<Record<string, unknown> | undefined, SocketConnection>({
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
    const connection = new SocketConnection(socket, log);
    const closed = server.opened(connection, connection);
    // Not `once`, which costs 200 bytes for each of ten thousand sockets: a socket closes once.
    socket.on("close", (code, reason) => {
      closed(code, String(reason)).catch((error) => log.error({ err: error }, "socket cleanup failed"));
    });
  };
}

/**
 * A socket, as graphql-ws sees it, and the extra context of its hooks. Ten thousand are open at the same
 * time, so they share their functions.
 */
export class SocketConnection implements GraphqlWsSocket {
  readonly socket: WebSocket;
  readonly #log: Logger;
  /** The size of the current message. The library keeps a message until the operation that it starts ends. */
  messageBytes = 0;
  /** From `connection_init` until its acknowledgement or refusal. */
  isConnecting = false;
  /** Messages that arrived meanwhile. */
  #waiting: string[] | null = null;
  #process: (text: string) => Promise<void> = async () => undefined;

  constructor(socket: WebSocket, log: Logger) {
    this.socket = socket;
    this.#log = log;
  }

  get protocol(): string {
    return this.socket.protocol;
  }

  send(text: string | Buffer): Promise<void> {
    const { socket } = this;
    return new Promise((resolve, reject) => {
      if (socket.readyState !== socket.OPEN || isPlaceholder(text)) return resolve();
      socket.send(text, { binary: false }, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Sends the text of an answer. The library then sends the returned payload, and `send` drops it. */
  async sendAnswer(id: string, text: string, rest: Rest): Promise<typeof PLACEHOLDER> {
    await this.send(
      await encodeInPieces(`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`, rest),
    );
    return PLACEHOLDER;
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  onPing(payload: PingMessage["payload"]): Promise<void> {
    return this.send(pongTo(payload));
  }

  onMessage(process: (text: string) => Promise<void>): void {
    this.#process = process;
    this.socket.on("message", (data) => this.#receiveInOrder(String(data)));
  }

  /**
   * Passes on messages at once, and queues messages that arrive while the socket is connecting. Pausing the
   * connection bounds them: only messages that the process has read already can wait, some 64 KiB.
   */
  #receiveInOrder(text: string): void {
    if (this.#waiting) {
      this.#waiting.push(text);
      return;
    }
    const received = this.#receive(text);
    if (!this.isConnecting) return;
    const queue: string[] = [];
    this.#waiting = queue;
    this.socket.pause();
    void received.then(() => {
      this.#waiting = null;
      for (const next of queue) void this.#receive(next);
      this.socket.resume();
    });
  }

  #receive(text: string): Promise<void> {
    // After the close frame: the rights of the client have ended, or the process stops.
    if (this.socket.readyState !== this.socket.OPEN) return Promise.resolve();
    this.messageBytes = Buffer.byteLength(text);
    return this.#process(text).catch((error) => this.#fail(error));
  }

  #fail(error: unknown): void {
    // The client disconnected meanwhile, so it needs no answer.
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (isUnexpected(error)) this.socket.close(CloseCode.BadRequest, "Invalid message received");
    else {
      this.#log.error({ err: error }, "socket message failed");
      this.socket.close(CloseCode.InternalServerError, "Internal server error");
    }
  }
}

/** The payload of no answer, because each one has data or errors. */
const PLACEHOLDER = {};

const isPlaceholder = (text: string | Buffer): boolean =>
  typeof text === "string" && text.endsWith('"type":"next","payload":{}}');

/**
 * The protocol allows to omit the payload. One that nests too deeply would overflow `JSON.stringify` (D23).
 */
const pongTo = (payload: Record<string, unknown> | undefined): string =>
  JSON.stringify({ type: "pong", ...(payload && !isTooDeep(payload) && { payload }) });

/** Whether a client sent a message that only servers send. The library has one error class for everything. */
const isUnexpected = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith("Unexpected message of type");
