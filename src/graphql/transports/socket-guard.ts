import type { Duplex } from "node:stream";
import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";

/** A person's clicks and a gateway's operations stay far below it; each message costs us a fraction of a millisecond. */
const MESSAGES_A_SECOND = 200;

/** A gateway that reconnects begins a thousand operations at once, and may end as many. */
const MESSAGES_AT_ONCE = 2_500;

/**
 * How long a flooding client may send nothing more before its connection ends, and how much it may send meanwhile. Its kernel and the
 * network hold some megabytes. Looks are counted, because a starved process reads late what the client sent in time.
 */
const FLOOD_LOOK_MS = 250;
const FLOOD_LOOKS_MAX = 20;
const FLOOD_BYTES_MAX = 64 * 1_048_576;

/** The most that may wait to be written to one socket: several of the largest answers there are. */
const BUFFERED_BYTES_MAX = 16 * 1_048_576;

/**
 * A socket that takes nothing for so long has a client that does not read. Longer than a subscriber may leave an event (half a minute):
 * whoever reads again in between is told that, with the cursor to go on from, and not merely cut off.
 */
const STALLED_MS = 45_000;

const LOOK_MS = 2_000;

export type SocketPatience = { readonly stalledMs?: number; readonly lookMs?: number };

/**
 * Closes a socket with 4429 that sends more messages than any client needs, and looks at no more of them. What still arrives is read
 * and dropped: TCP resets a connection that closes with unread data, and the reset overtakes the reason.
 */
export function refuseFlood(socket: WebSocket, connection: Duplex): void {
  let left = MESSAGES_AT_ONCE;
  let filledAt = performance.now();
  const count = (): void => {
    const now = performance.now();
    left = Math.min(MESSAGES_AT_ONCE, left + ((now - filledAt) / 1_000) * MESSAGES_A_SECOND) - 1;
    filledAt = now;
    if (left >= 0) return;
    for (const event of ["message", "ping"]) socket.removeAllListeners(event);
    socket.close(CloseCode.TooManyInitialisationRequests, "Too many messages");
    connection.removeAllListeners("data");
    readToItsEnd(connection);
    connection.end();
  };
  socket.on("message", count);
  socket.on("ping", count);
}

/** Reads and drops what still arrives, until nothing does. The library ends the connection after half a minute in any case. */
function readToItsEnd(connection: Duplex): void {
  let looks = 0;
  let bytesLeft = FLOOD_BYTES_MAX;
  const timer = setInterval(() => {
    looks += 1;
    if (looks > FLOOD_LOOKS_MAX) connection.destroy();
  }, FLOOD_LOOK_MS).unref();
  connection.once("close", () => clearInterval(timer));
  connection.on("data", (chunk: Buffer) => {
    looks = 0;
    bytesLeft -= chunk.length;
    if (bytesLeft < 0) connection.destroy();
  });
  connection.resume();
}

/**
 * Looks at all sockets every so often, and ends those whose client does not read: what waits to be written to them stays in our
 * memory. There is no way to tell such a client; it finds its socket closed and comes back with its cursor. Looks are counted
 * instead of seconds: a process that had no CPU for a while did not write either, and its clients are not to blame.
 */
export function endStalledSockets(
  sockets: ReadonlySet<WebSocket>,
  { stalledMs = STALLED_MS, lookMs = LOOK_MS }: SocketPatience = {},
): Disposable {
  const looksMax = stalledMs / lookMs;
  let stuck = new Map<WebSocket, { readonly bytes: number; readonly looks: number }>();
  const look = (): void => {
    const stillStuck: typeof stuck = new Map();
    for (const socket of sockets) {
      const bytes = socket.bufferedAmount;
      if (bytes === 0) continue;
      const before = stuck.get(socket);
      const isMoving = before === undefined || bytes < before.bytes;
      const looks = isMoving ? 0 : before.looks + 1;
      if (bytes > BUFFERED_BYTES_MAX || looks > looksMax) socket.terminate();
      else stillStuck.set(socket, { bytes, looks });
    }
    stuck = stillStuck;
  };
  const timer = setInterval(look, lookMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
