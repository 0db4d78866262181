import { setImmediate as afterReading } from "node:timers/promises";
import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";

/** A socket that does not answer a ping by the next one is gone. Proxies cut what is silent for a minute. */
const KEEP_ALIVE_MS = 20_000;

/** How long a socket may stay without a `connection_init`: one that says nothing must not hold a place. */
const INIT_TIMEOUT_MS = 3_000;

/** Pings of ten thousand sockets at once would hold the event loop; a twentieth of them takes a few milliseconds. */
const COHORTS = 20;

export type KeepAliveTimeouts = { readonly keepAliveMs?: number; readonly initTimeoutMs?: number };

export type KeepAlive = Disposable & {
  /** Watches a socket from now on. */
  watch(socket: WebSocket): void;
  /** The socket has sent its `connection_init`. */
  initialized(socket: WebSocket): void;
};

/**
 * Ends sockets whose client is gone, and closes those that do not begin. A process that had no CPU for a while, or that was stopped,
 * finds its timers due and its clients' messages unread. So each verdict waits until what has arrived is read: only the silence of
 * the client counts, not ours.
 */
export function startKeepAlive(
  sockets: ReadonlySet<WebSocket>,
  { keepAliveMs = KEEP_ALIVE_MS, initTimeoutMs = INIT_TIMEOUT_MS }: KeepAliveTimeouts = {},
): KeepAlive {
  const cohorts = new WeakMap<WebSocket, number>();
  const unanswered = new WeakSet<WebSocket>();
  const initTimers = new WeakMap<WebSocket, NodeJS.Timeout>();
  let watched = 0;
  let beats = 0;

  const beat = async (): Promise<void> => {
    await afterReading();
    beats += 1;
    for (const socket of sockets) {
      if (cohorts.get(socket) !== beats % COHORTS || socket.readyState !== socket.OPEN) continue;
      if (unanswered.has(socket)) socket.terminate();
      else {
        unanswered.add(socket);
        socket.ping();
      }
    }
  };
  const initialized = (socket: WebSocket): void => {
    clearTimeout(initTimers.get(socket));
    initTimers.delete(socket);
  };
  const closeUninitialized = async (socket: WebSocket): Promise<void> => {
    await afterReading();
    if (initTimers.has(socket))
      socket.close(CloseCode.ConnectionInitialisationTimeout, "Connection initialisation timeout");
  };
  const timer = setInterval(beat, keepAliveMs / COHORTS);

  return {
    initialized,
    watch(socket) {
      watched += 1;
      cohorts.set(socket, watched % COHORTS);
      socket.on("pong", answered);
      socket.once("close", forget);
      initTimers.set(socket, setTimeout(closeUninitialized, initTimeoutMs, socket));
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };

  function answered(this: WebSocket): void {
    unanswered.delete(this);
  }
  function forget(this: WebSocket): void {
    initialized(this);
  }
}
