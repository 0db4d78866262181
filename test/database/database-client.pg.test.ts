import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDataSource } from "../../src/database/data-source.ts";
import { DatabaseClient } from "../../src/database/database-client.ts";
import { extendStatementTimeout, inTenant } from "../../src/database/transaction.ts";
import { createLogger } from "../../src/log.ts";
import { type FailoverProxy, openFailoverProxy } from "../faults/failover-proxy.ts";
import { blockEventLoop } from "../support/block-event-loop.ts";
import { eventually } from "../support/eventually.ts";
import { onQuietMachine } from "../support/slowness.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

const log = createLogger("silent");
const TIMEOUTS = { beginMs: 400, statementMs: 400 };

let database: TestDatabase;
let proxy: FailoverProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await openFailoverProxy(database.url);
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const openPool = async (options: { poolSize?: number } = {}) => {
  const dataSource = await openDataSource({
    url: proxy.url,
    entities: [],
    log,
    timeouts: TIMEOUTS,
    ...options,
  });
  return { dataSource, [Symbol.asyncDispose]: () => dataSource.destroy() };
};

const connectClient = async () => {
  const client = new DatabaseClient({ connectionString: proxy.url, timeouts: TIMEOUTS });
  await client.connect();
  return client;
};

/** Without our deadlines it takes minutes. */
const CLOSED_WITHIN_MS = 5_000;

const elapsedMs = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return onQuietMachine(performance.now() - startedAt, CLOSED_WITHIN_MS);
};

describe("B14: a session that ends", () => {
  test("a session that ends in the packet of its login's ReadyForQuery fails its statement, and the next connection works", async () => {
    await using pool = await openPool({ poolSize: 1 });
    const read = () => inTenant(pool.dataSource, "default", (manager) => manager.query("select 1 as one"));
    // The connection that the pool opened at its start.
    proxy.fallSilent();
    await expect(read()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    proxy.endAtLogin(1);
    await expect(read()).rejects.toMatchObject({ code: "UNAVAILABLE" });
    expect(proxy.endedAtLogin()).toBe(1);
    await expect(read()).resolves.toEqual([{ one: 1 }]);
  });

  test("a session that ends after a library removed its listeners only fails the next statement", async () => {
    const client = await connectClient();
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    client.removeAllListeners();
    await database.dataSource.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await eventually(() => client.lost.aborted);
    await expect(client.query("select 1")).rejects.toThrow("not queryable");
  });
});

describe("B15: a connection that falls silent", () => {
  test("a silent connection is destroyed after its pool's timeout, and not reused", async () => {
    await using pool = await openPool({ poolSize: 1 });
    const read = () =>
      inTenant(pool.dataSource, "default", async (manager) => {
        proxy.fallSilent();
        return manager.query("select 1 as one");
      });
    const takenMs = await elapsedMs(() =>
      expect(read()).rejects.toMatchObject({ code: "UNAVAILABLE", cause: { code: "ETIMEDOUT" } }),
    );
    expect(takenMs).toBeLessThan(CLOSED_WITHIN_MS);
    await expect(pool.dataSource.query("select 1 as one")).resolves.toEqual([{ one: 1 }]);
  });

  test("a silent connection closes the unused connections of its pool, which fell silent with it", async () => {
    await using pool = await openPool({ poolSize: 5 });
    const hold = () => pool.dataSource.query("select pg_sleep(0.2)");
    await Promise.all(Array.from({ length: 5 }, hold));
    proxy.fallSilent();
    await expect(pool.dataSource.query("select 1")).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const answers = await Promise.allSettled(Array.from({ length: 5 }, hold));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => "fulfilled"));
  });

  test("a silent connection does not prevent its pool from closing", async () => {
    const { dataSource } = await openPool();
    proxy.fallSilent();
    expect(await elapsedMs(() => dataSource.destroy())).toBeLessThan(CLOSED_WITHIN_MS);
  });

  test("a connection that falls silent during its login fails the login", async () => {
    const server = createServer(() => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const url = `postgres://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/none`;
    const client = new DatabaseClient({ connectionString: url, connectionTimeoutMillis: 300 });
    await expect(client.connect()).rejects.toThrow("timeout expired");
    server.close();
  });
});

describe("a statement that takes long", () => {
  test("the server ends a long statement without an extended timeout, and its connection is kept", async () => {
    await using pool = await openPool({ poolSize: 1 });
    const pid = () =>
      inTenant(pool.dataSource, "default", (manager) => manager.query("select pg_backend_pid() as pid"));
    const before = await pid();
    const work = inTenant(pool.dataSource, "default", (manager) => manager.query("select pg_sleep(30)"));
    await expect(work).rejects.toMatchObject({ code: "UNAVAILABLE", cause: { code: "57014" } });
    expect(await pid()).toEqual(before);
  });

  test("a long statement is awaited if its transaction extends the timeout, and only there", async () => {
    await using pool = await openPool({ poolSize: 1 });
    const sleepFor = (allowed: boolean) =>
      inTenant(pool.dataSource, "default", async (manager) => {
        if (allowed) await extendStatementTimeout(manager, 10_000);
        return manager.query("select pg_sleep(2)");
      });
    await expect(sleepFor(true)).resolves.toHaveLength(1);
    await expect(sleepFor(false)).rejects.toMatchObject({ cause: { code: "57014" } });
  });

  test("a statement whose result keeps arriving is not silent, however long it takes", async () => {
    const client = await connectClient();
    const { rows } = await client.query(
      "select pg_sleep(0.1), repeat('x', 20000) as text from generate_series(1, 15)",
    );
    expect(rows).toHaveLength(15);
    await client.end();
  });

  test("a connection is not destroyed while our own process is slow", async () => {
    const client = await connectClient();
    const answer = client.query("select 1 as one");
    const until = performance.now() + TIMEOUTS.beginMs * 2;
    await sleep(0);
    blockEventLoop(until - performance.now());
    await expect(answer).resolves.toMatchObject({ rows: [{ one: 1 }] });
    await client.end();
  });
});

test("an answer that our own process delayed may arrive as much later", async () => {
  const client = await connectClient();
  const until = performance.now() + TIMEOUTS.beginMs + 600;
  const answer = client.query("select pg_sleep($1)", [(TIMEOUTS.beginMs + 750) / 1_000]);
  await sleep(0);
  blockEventLoop(until - performance.now());
  await expect(answer).resolves.toMatchObject({ rowCount: 1 });
  await client.end();
});

test("a login is not given up while our own process is slow", async () => {
  const client = new DatabaseClient({ connectionString: database.url, connectionTimeoutMillis: 300 });
  const connecting = client.connect();
  await sleep(0);
  blockEventLoop(600);
  await expect(connecting).resolves.toBe(client);
  await client.end();
});

test("a server that requests an unknown authentication ends the connection, not the process", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => socket.write(Buffer.from("R\0\0\0\u0008\0\0\0\u0063", "latin1")));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `postgres://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/none`;
  const client = new DatabaseClient({ connectionString: url });
  await expect(client.connect()).rejects.toThrow("authentication");
  server.close();
});
