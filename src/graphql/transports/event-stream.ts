import type { ServerResponse } from "node:http";

/** Proxies cut what is silent for a minute. */
const HEARTBEAT_MS = 15_000;

/** Who has not taken an event for so long does not read any more. As long as for sockets: who reads again before is told LAGGED. */
const STALLED_MS = 45_000;

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
  /** Resolves when the socket has taken the event, or is gone: whoever waits for it before the next has one of them in memory. */
  send(event: string, data: string): Promise<void>;
  end(): void;
};

/** Begins one. A client that takes nothing off its socket is cut off in the end. */
export function openEventStream(response: ServerResponse, pace: StreamPace = {}): EventStream {
  const { heartbeatMs = HEARTBEAT_MS, stalledMs = STALLED_MS } = pace;
  let taken = (): void => undefined;
  const heartbeat = setInterval(() => response.write(COMMENT), heartbeatMs);
  response.once("close", () => {
    clearInterval(heartbeat);
    taken();
  });
  // Fastify has let go of the answer; its `error` would find no listener, and `close` follows it.
  response.on("error", () => undefined);
  response.writeHead(200, HEADERS);
  response.write(COMMENT);

  return {
    send: (event, data) =>
      new Promise((resolve) => {
        if (response.closed) return resolve();
        const timer = setTimeout(() => response.destroy(), stalledMs);
        taken = () => {
          clearTimeout(timer);
          resolve();
        };
        // One that is gone calls back at once, and its `close` comes later: there is nothing more to send until then.
        if (!response.destroyed) response.write(`event: ${event}\ndata: ${data}\n\n`, taken);
      }),
    end() {
      clearInterval(heartbeat);
      response.setTimeout(stalledMs);
      response.end();
    },
  };
}
