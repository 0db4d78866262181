import { setImmediate as afterReading } from "node:timers/promises";
import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import type { ClientTiming } from "./client-timing.ts";

/**
 * A socket must answer each ping before the next. Proxies close connections without traffic after a minute.
 */
const KEEP_ALIVE_MS = 20_000;

/** How long a socket may stay open without a `connection_init`, so that unused sockets free their slots. */
const INIT_TIMEOUT_MS = 3_000;

/** Pinging ten thousand sockets at once would block the event loop; a twentieth takes a few milliseconds. */
const COHORTS = 20;

export type KeepAlive = Disposable & {
  /** Starts the keep-alive of a socket. */
  watch(socket: WebSocket): void;
  /** Records that the socket has sent its `connection_init`. */
  initialized(socket: WebSocket): void;
};

/**
 * Terminates sockets whose client is gone, and closes sockets without a `connection_init`. After a pause of
 * the process, timers are due and messages of clients are unread. So each decision waits until the process
 * has read what arrived: only the silence of the client counts.
 */
export function startKeepAlive(
  sockets: ReadonlySet<WebSocket>,
  { keepAliveMs = KEEP_ALIVE_MS, initTimeoutMs = INIT_TIMEOUT_MS }: ClientTiming,
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
      socket.on("close", forget);
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
