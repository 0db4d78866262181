import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { DataSource } from "typeorm";
import { openDataSource } from "../../../src/database/data-source.ts";
import { createLogger } from "../../../src/log.ts";
import { eventually } from "../../support/eventually.ts";
import { overTcp } from "../../support/test-database.ts";

export type KillableWorker = AsyncDisposable & {
  /** The worker's database: its connections end with the worker, and open transactions roll back. */
  readonly dataSource: DataSource;
  die(): void;
  /** Resolves when the database has closed the worker's sessions, as queried through `looking`. */
  untilGone(looking: DataSource): Promise<void>;
};

/**
 * When a worker dies: at this packet that it sends (mostly one statement), the last to arrive or the first to
 * be lost.
 */
export type Death = { readonly at: number; readonly lastArrives: boolean };

/**
 * Opens the database at `url` for a worker in this process that a test can kill; it leaves the same as `kill
 * -9`.
 */
export async function openKillableWorker(url: string, death?: Death): Promise<KillableWorker> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const ports: number[] = [];
  let [sent, isDead, isBorn] = [0, false, false];
  const die = (): void => {
    isDead = true;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((near) => {
    if (isDead) return void near.destroy();
    const far = connect(Number(target.port), target.hostname, () => ports.push(far.localPort ?? 0));
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => void [near.destroy(), far.destroy()]);
    }
    far.pipe(near);
    near.on("data", (piece) => {
      if (isBorn) sent += 1;
      if (!isBorn || sent !== death?.at) return void far.write(piece);
      if (death.lastArrives) far.write(piece, die);
      else die();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const way = overTcp(url);
  way.host = `127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
  const dataSource = await openDataSource({ url: way.href, entities: [], log: createLogger("silent") });
  isBorn = true;
  return {
    dataSource,
    die,
    untilGone: (looking) => untilDisconnected(ports, looking),
    async [Symbol.asyncDispose]() {
      await dataSource.destroy();
      server.close();
    },
  };
}

async function untilDisconnected(ports: readonly number[], looking: DataSource): Promise<void> {
  const sessions = "select from pg_stat_activity where client_port = any ($1)";
  await eventually(async () => (await looking.query(sessions, [ports])).length === 0);
}
