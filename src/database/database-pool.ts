import pg from "pg";
import { DatabaseClient, type DatabaseClientConfig, LOGIN_TIMEOUT_MS } from "./database-client.ts";
import { Sessions } from "./sessions.ts";

export type DatabasePoolConfig = pg.PoolConfig & Pick<DatabaseClientConfig, "timeouts" | "keepsStatements">;

type Connected = (
  error: Error | undefined,
  client?: pg.PoolClient,
  release?: (reason?: Error) => void,
) => void;

/** The part of pg-pool that its types leave out: it gives free connections to waiting callers. */
type ServesWaiting = { _pulseQueue(): void };

/**
 * A new connection takes 45 ms of CPU until its first answer, and a quiet service would spend that on each
 * request. A pooler or a firewall rarely closes connections before ten minutes.
 */
const IDLE_TIMEOUT_MS = 5 * 60_000;

/** Our clients end their logins themselves, before the pool would. */
const AFTER_LOGIN_MS = 1_000;

/**
 * A pool that counts its sessions on the server, so that also a slow server has at most `max` of them.
 *
 * - A caller waits for `connectionTimeoutMillis`. The login continues without it, and the next caller gets
 *   the connection. If each caller ended its own login, a slow server would never finish one.
 * - A session that we left counts until the server has ended it, see `Sessions`. If they fill the pool, one
 *   login at a time is still tried: after a failover no server ends them.
 */
export class DatabasePool extends pg.Pool {
  readonly #sessions: Sessions;
  readonly #waitMs: number | undefined;
  #hasOpened = false;

  constructor({ connectionTimeoutMillis: waitMs, ...config }: DatabasePoolConfig) {
    const sessions = new Sessions(() => (this as unknown as ServesWaiting)._pulseQueue());
    const options = { idleTimeoutMillis: IDLE_TIMEOUT_MS, ...config, Client: DatabaseClient, sessions };
    super({ ...options, connectionTimeoutMillis: Math.max(waitMs ?? 0, LOGIN_TIMEOUT_MS) + AFTER_LOGIN_MS });
    this.#sessions = sessions;
    this.#waitMs = waitMs;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.PoolClient> | undefined {
    const connected = this.#connect();
    if (!callback) return connected;
    connected.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error),
    );
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    const ended = super.end();
    for (const connection of this.#sessions.connections) connection.endLogin();
    if (!callback) return ended;
    ended.then(callback, callback);
  }

  /** After `end`, the server may stop before the session has ended. No work has lost it then. */
  override emit(event: string | symbol, ...details: unknown[]): boolean {
    if (event === "error" && this.ending) return false;
    return super.emit(event as "error", ...(details as [Error, pg.PoolClient]));
  }

  /** Of pg-pool: whether a caller has to wait for another one's connection. */
  _isFull(): boolean {
    const { totalCount } = this;
    const { leftCount, mayLogIn } = this.#sessions;
    return totalCount > 0 && (totalCount + leftCount >= this.options.max || !mayLogIn);
  }

  #connect(): Promise<pg.PoolClient> {
    const { promise, resolve, reject } = Promise.withResolvers<pg.PoolClient>();
    let isLate = false;
    const giveUp = (): void => {
      isLate = true;
      reject(new Error("timeout exceeded when trying to connect"));
    };
    // A start waits as long as its login takes.
    const timer = this.#hasOpened && this.#waitMs ? setTimeout(giveUp, this.#waitMs) : undefined;
    super.connect((error, client) => {
      clearTimeout(timer);
      this.#hasOpened ||= client !== undefined;
      if (isLate) client?.release();
      else if (client) resolve(client);
      else reject(error);
    });
    return promise;
  }
}
