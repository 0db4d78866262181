import type { Duplex } from "node:stream";
import { CloseCode } from "graphql-ws";
import type { WebSocket } from "ws";
import type { ClientTiming } from "./client-timing.ts";
import { TEXT_LENGTH_MAX } from "./stringify-in-pieces.ts";

/** Far above what users and gateways send; each message takes a fraction of a millisecond of CPU. */
const MESSAGES_A_SECOND = 200;

/** A gateway that reconnects starts a thousand operations at once, and may complete as many. */
const MESSAGES_AT_ONCE = 2_500;

/**
 * How long a flooding client must send nothing before its connection is destroyed, and how many bytes it may
 * send until then. Its kernel and the network buffer some megabytes. Checks are counted instead of seconds,
 * because a process without CPU reads late what the client sent in time.
 */
const FLOOD_CHECK_MS = 250;
const FLOOD_CHECKS_MAX = 20;
const FLOOD_BYTES_MAX = 64 * 1_048_576;

/** The most buffered bytes of one socket: a slow client reads the largest answer for longer than a check. */
const BUFFERED_BYTES_MAX = 2 * TEXT_LENGTH_MAX;

/**
 * How long a socket may accept nothing before it is terminated. This is longer than a subscriber may leave an
 * event unread (half a minute). A client that reads again in between gets LAGGED, with the cursor to continue
 * from.
 */
const STALLED_MS = 45_000;

const CHECK_INTERVAL_MS = 2_000;

/**
 * Closes a socket with 4429 when it sends more messages than any client needs, and ignores later messages. It
 * still reads and discards them. TCP resets a connection that is closed with unread data, and the client
 * would see the reset before the close code.
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
    drain(connection);
    connection.end();
  };
  socket.on("message", count);
  socket.on("ping", count);
}

/** Discards input until none arrives. The library destroys it after the timeout for closing. */
function drain(connection: Duplex): void {
  let checks = 0;
  let bytesLeft = FLOOD_BYTES_MAX;
  const timer = setInterval(() => {
    checks += 1;
    if (checks > FLOOD_CHECKS_MAX) connection.destroy();
  }, FLOOD_CHECK_MS).unref();
  connection.once("close", () => clearInterval(timer));
  connection.on("data", (chunk: Buffer) => {
    checks = 0;
    bytesLeft -= chunk.length;
    if (bytesLeft < 0) connection.destroy();
  });
  connection.resume();
}

/**
 * Checks all sockets at an interval, and terminates those whose client does not read, because their unsent
 * data stays in memory. No close code can reach such a client; it reconnects with its cursor. Checks are
 * counted instead of seconds: a process without CPU does not write either.
 */
export function endStalledSockets(
  sockets: ReadonlySet<WebSocket>,
  { stalledMs = STALLED_MS, checkIntervalMs = CHECK_INTERVAL_MS }: ClientTiming,
): Disposable {
  const checksMax = stalledMs / checkIntervalMs;
  let stuck = new Map<WebSocket, { readonly bytes: number; readonly checks: number }>();
  const check = (): void => {
    const stillStuck: typeof stuck = new Map();
    for (const socket of sockets) {
      const bytes = socket.bufferedAmount;
      if (bytes === 0) continue;
      const before = stuck.get(socket);
      const isMoving = before === undefined || bytes < before.bytes;
      const checks = isMoving ? 0 : before.checks + 1;
      if (bytes > BUFFERED_BYTES_MAX || checks > checksMax) socket.terminate();
      else stillStuck.set(socket, { bytes, checks });
    }
    stuck = stillStuck;
  };
  const timer = setInterval(check, checkIntervalMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
