import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DatabaseClient } from "../../src/database/database-client.ts";
import { type PooledConnection, Sessions } from "../../src/database/sessions.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

/** A connection with sessions of its own, and how often these have announced room for a login. */
async function connect() {
  let rooms = 0;
  const sessions = new Sessions(() => {
    rooms += 1;
  });
  const client = new DatabaseClient({ connectionString: database.url, sessions });
  await client.connect();
  return { client, sessions, rooms: () => rooms };
}

const SLEEPING = "from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()";
const untilAsleep = () =>
  eventually(async () => (await database.dataSource.query(`select ${SLEEPING}`)).length === 1);

/** Sockets that keep this process alive. */
const countSockets = (): number =>
  process.getActiveResourcesInfo().filter((resource) => /^(TCPSocket|Pipe)Wrap$/.test(resource)).length;

describe("a session that is left while its statement runs", () => {
  test("a session that is left while its statement runs counts until the server ends it, then makes room, and keeps no process alive meanwhile", async () => {
    const { client, sessions, rooms } = await connect();
    const statement = client.query("select pg_sleep(2)").catch(() => "failed");
    await untilAsleep();
    const socketsBefore = countSockets();
    await client.end();
    expect(await statement).toBe("failed");
    expect(sessions.leftCount).toBe(1);
    expect(countSockets()).toBe(socketsBefore - 1);

    const roomsBefore = rooms();
    await eventually(() => sessions.leftCount === 0);
    expect(rooms()).toBe(roomsBefore + 1);
    expect(await database.dataSource.query(`select ${SLEEPING}`)).toEqual([]);
  });

  test("a session that is left while its statement runs counts no more once a login that began later has been answered, and makes room", async () => {
    const { client, sessions, rooms } = await connect();
    const earlier = new DatabaseClient({ connectionString: database.url, sessions });
    await earlier.connect();
    client.query("select pg_sleep(600)").catch(() => undefined);
    await untilAsleep();
    await client.end();
    const later = new DatabaseClient({ connectionString: database.url, sessions });
    await later.connect();
    for (const answer of [1, 2]) await earlier.query("select $1::int", [answer]);
    expect(sessions.leftCount).toBe(1);

    const roomsBefore = rooms();
    await later.query("select 1");
    await eventually(() => sessions.leftCount === 0);
    expect(rooms()).toBeGreaterThan(roomsBefore);
    for (const one of [earlier, later]) await one.end();
    await database.dataSource.query(`select pg_terminate_backend(pid) ${SLEEPING}`);
  });
});

test("after a login that took too long they go one at a time, and each that succeeds doubles how many", () => {
  const sessions = new Sessions();
  const logIn = (): PooledConnection => {
    const connection = { isLoggingIn: true, endLogin: () => undefined, closeIfUnused: () => undefined };
    sessions.add(connection);
    return connection;
  };
  /** How many logins may begin now, beside those that have begun. */
  const countAllowed = (): number => {
    const begun: PooledConnection[] = [];
    while (sessions.mayLogIn && begun.length < 10) begun.push(logIn());
    for (const connection of begun) sessions.remove(connection);
    return begun.length;
  };
  expect(countAllowed()).toBe(10);
  sessions.noteLogin(true);
  expect(countAllowed()).toBe(1);
  const beside = logIn();
  expect(countAllowed()).toBe(0);
  sessions.remove(beside);
  for (const allowed of [2, 4, 8]) {
    sessions.noteLogin(false);
    expect(countAllowed()).toBe(allowed);
  }
  sessions.noteLogin(true);
  expect(countAllowed()).toBe(1);
});
