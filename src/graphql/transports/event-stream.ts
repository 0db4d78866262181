import type { ServerResponse } from "node:http";
import { cutOffUnread } from "./cut-off-unread.ts";

/** Proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 15_000;

/**
 * A client that takes nothing of an event for so long does not read any more. As long as for sockets: a client that reads again before
 * gets LAGGED.
 */
const STALLED_MS = 45_000;

/**
 * Looks in that time. Looks are counted instead of seconds: a process that was stopped finds its clocks due, and comes to one look.
 */
const LOOKS = 9;

/** A slow client takes one of these in time, and so the whole of a large event. */
const PIECE_BYTES = 65_536;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // nginx would collect events until it has a buffer full.
  "x-accel-buffering": "no",
};

/** No event: browsers take an answer for begun when there is something of it, and proxies for alive. */
const COMMENT = ":\n\n";

export type StreamPace = { readonly heartbeatMs?: number; readonly stalledMs?: number };

/** An answer that goes on, as server-sent events. */
export type EventStream = {
  /** Resolves when the socket has taken the event, or is gone. Wait for it before the next event: then one is in memory. */
  send(event: string, data: string): Promise<void>;
  end(): void;
};

/** Begins one. A client that takes nothing off its socket is cut off in the end. */
export function openEventStream(response: ServerResponse, pace: StreamPace = {}): EventStream {
  const { heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS } = pace;
  let sending = false;
  let taken = (): void => undefined;
  // Between events only: a comment would break an event in two.
  const heartbeat = setInterval(() => sending || response.write(COMMENT), heartbeatMs);
  response.once("close", () => {
    clearInterval(heartbeat);
    taken();
  });
  // Fastify has let go of the answer; its `error` would find no listener, and `close` follows it.
  response.on("error", () => undefined);
  response.writeHead(200, HEADERS);
  response.write(COMMENT);

  const write = (piece: Buffer): Promise<void> =>
    new Promise((resolve) => {
      if (response.closed) return resolve();
      let looks = 0;
      const timer = setInterval(() => {
        looks += 1;
        if (looks >= LOOKS) response.destroy();
      }, stalledMs / LOOKS);
      taken = () => {
        clearInterval(timer);
        resolve();
      };
      // One that is gone calls back at once, and its `close` comes later: there is nothing more to send until then.
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
      cutOffUnread(response, stalledMs);
      response.end();
    },
  };
}
