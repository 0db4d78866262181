import { Socket } from "node:net";
import type pg from "pg";

/** What the connections of a pool do for each other and for the pool. */
export type PooledConnection = {
  readonly isLoggingIn: boolean;
  /** Ends a login that is still under way. */
  endLogin(): void;
  /** Closes the connection, unless it is in use. */
  closeIfUnused(error: Error): void;
};

/**
 * The sessions that one pool has on the server. A slow server ends a session late, long after we closed our
 * side. If the pool opened others meanwhile, Postgres would reach `max_connections` and refuse every client.
 * So a session counts until the server has closed its side too.
 */
export class Sessions {
  /** From the start of a login until we close our side. */
  readonly #connections = new Set<PooledConnection>();
  /** Sockets whose side we have closed, with the time. */
  readonly #left = new Map<Socket, number>();
  readonly #onRoom: () => void;
  #loginsAtOnce = Number.POSITIVE_INFINITY;

  /** @param onRoom called when there may be room for a login. */
  constructor(onRoom: () => void = () => undefined) {
    this.#onRoom = onRoom;
  }

  get connections(): readonly PooledConnection[] {
    return [...this.#connections];
  }

  get leftCount(): number {
    return this.#left.size;
  }

  /**
   * Whether the server can take one more login now. The server handles all logins in parallel, so many at
   * once may all take too long, again and again. After a login that took too long, only one is allowed at a
   * time. Each success doubles the number.
   */
  get mayLogIn(): boolean {
    if (this.#connections.size < this.#loginsAtOnce) return true;
    const loggingIn = this.connections.filter((connection) => connection.isLoggingIn);
    return loggingIn.length < this.#loginsAtOnce;
  }

  add(connection: PooledConnection): void {
    this.#connections.add(connection);
  }

  remove(connection: PooledConnection): void {
    if (this.#connections.delete(connection)) this.#onRoom();
  }

  noteLogin(tookTooLong: boolean): void {
    this.#loginsAtOnce = tookTooLong ? 1 : 2 * this.#loginsAtOnce;
    this.#onRoom();
  }

  /** Counts the session of this socket, whose side we close, until the server closes its own. */
  leave(socket: Socket): void {
    if (socket.destroyed || this.#left.has(socket)) return;
    this.#left.set(socket, performance.now());
    socket.once("close", () => {
      if (this.#left.delete(socket)) this.#onRoom();
    });
  }

  /**
   * Stops counting sessions that we left before this time. The server has answered a login that began later.
   * So the server of those sessions is most likely gone, as after a failover, and will not close them.
   */
  forget(leftBefore: number): void {
    for (const [socket, leftAt] of this.#left) if (leftAt < leftBefore) socket.destroy();
  }
}

/**
 * Closes our side of a connection, which fails its statements with the error. What the server still sends is
 * thrown away. @returns the socket, which stays open until the server closes its side.
 */
export function closeOurSide(connection: pg.Connection, error?: Error): Socket | undefined {
  const { stream } = connection;
  if (!(stream instanceof Socket) || stream.connecting || stream.destroyed) {
    stream.destroy(error);
    return undefined;
  }
  for (const event of ["data", "error"]) stream.removeAllListeners(event);
  stream.on("error", () => undefined);
  stream.end();
  // The socket must be read until its end, but must not keep the process alive.
  stream.resume().unref();
  const ended = new Socket();
  ended.on("error", (reason) => connection.emit("error", reason));
  ended.on("close", () => connection.emit("end"));
  Object.assign(connection, { stream: ended.destroy(error) });
  return stream;
}
