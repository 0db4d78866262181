import type { ServerResponse } from "node:http";
import type { ClientTiming } from "./client-timing.ts";
import { destroyWhenStalled } from "./destroy-when-stalled.ts";

/** Proxies close connections without traffic after a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * How long a client may read nothing of an event before the stream ends; the same as for sockets. A client
 * that reads again in time gets LAGGED.
 */
const STALLED_MS = 45_000;

/**
 * The checks in that time. They are counted instead of seconds: after a pause of the process all timers are
 * due at once, and each counts as one check only.
 */
const STALL_CHECKS = 9;

/** A slow client can read one piece in time, and so receives the whole of a large event. */
const PIECE_BYTES = 65_536;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "private, no-store, no-transform",
  // Without it, nginx collects events until a buffer is full.
  "x-accel-buffering": "no",
};

/**
 * A comment is not an event. With its first bytes browsers open the stream, and proxies see that it is alive.
 */
const COMMENT = ":\n\n";

/** A response of server-sent events. */
export type EventStream = {
  /**
   * Resolves when the socket has accepted the event, or is closed. Await it, so that one event is in memory.
   */
  send(event: string, data: string): Promise<void>;
  end(): void;
};

/** Starts an event stream. The server ends it when the client reads nothing for `stalledMs`. */
export function openEventStream(response: ServerResponse, timing: ClientTiming): EventStream {
  const { heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS } = timing;
  let sending = false;
  let taken = (): void => undefined;
  // Only between events: a comment inside an event would split it.
  const heartbeat = setInterval(() => sending || response.write(COMMENT), heartbeatMs);
  response.once("close", () => {
    clearInterval(heartbeat);
    taken();
  });
  // Fastify has released the response, so `error` has no other listener; `close` follows it.
  response.on("error", () => undefined);
  response.writeHead(200, HEADERS);
  response.write(COMMENT);

  const write = (piece: Buffer): Promise<void> =>
    new Promise((resolve) => {
      if (response.closed) return resolve();
      let checks = 0;
      const timer = setInterval(() => {
        checks += 1;
        if (checks >= STALL_CHECKS) response.destroy();
      }, stalledMs / STALL_CHECKS);
      taken = () => {
        clearInterval(timer);
        resolve();
      };
      // A destroyed response would call back immediately, before its `close`: nothing more is sent until
      // then.
      if (!response.destroyed) response.write(piece, taken);
    });

  return {
    async send(event, data) {
      const bytes = Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
      sending = true;
      for (let start = 0; start < bytes.length && !response.closed; start += PIECE_BYTES)
        await write(bytes.subarray(start, start + PIECE_BYTES));
      sending = false;
    },
    end() {
      clearInterval(heartbeat);
      destroyWhenStalled(response, stalledMs);
      response.end();
    },
  };
}
