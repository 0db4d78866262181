import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  type Notifications,
  openNotifications,
  openPolledNotifications,
} from "../../src/database/notifications.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createLogger } from "../../src/log.ts";
import { eventually } from "../support/eventually.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

let database: TestDatabase;
let notifications: Notifications & AsyncDisposable;

beforeAll(async () => {
  database = await createTestDatabase();
  notifications = await openNotifications(database.url, createLogger("silent"));
});

afterAll(async () => {
  await notifications[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const notify = (channel: string, payload: string): Promise<unknown> =>
  database.dataSource.query("select pg_notify($1, $2)", [channel, payload]);

const endConnection = (): Promise<unknown> =>
  database.dataSource.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'people-subgraph notifications'`,
  );

/** Listens until the test has finished; resolves when listening has begun. */
async function listen(channel: string): Promise<string[]> {
  const received: string[] = [];
  onTestFinished(notifications.listen(channel, (payload) => received.push(payload)));
  await eventually(() => received.length === 1);
  return received;
}

describe("a listener", () => {
  test("a listener gets one empty payload when listening has begun, then every payload", async () => {
    const received = await listen("runs");
    await notify("runs", "one");
    await notify("runs", "two");
    await eventually(() => received.length === 3);
    expect(received).toEqual(["", "one", "two"]);
  });

  test("a listener gets the notification of a transaction when it commits, and none when it rolls back", async () => {
    const received = await listen("runs");
    await inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("select pg_notify('runs', 'committed')");
      await sleep(50);
      expect(received).toEqual([""]);
    });
    await inTenant(database.dataSource, "acme", async (manager) => {
      await manager.query("select pg_notify('runs', 'rolled back')");
      throw new Error("no");
    }).catch(() => undefined);
    await notify("runs", "last");
    await eventually(() => received.length === 3);
    expect(received).toEqual(["", "committed", "last"]);
  });

  test("a listener gets neither other channels nor payloads after it has stopped", async () => {
    const runs = await listen("runs");
    const stopped: string[] = [];
    const stop = notifications.listen("stopped", (payload) => stopped.push(payload));
    await eventually(() => stopped.length === 1);
    stop();
    await notify("stopped", "not received");
    await notify("Runs", "another channel");
    await notify("runs", "received");
    await eventually(() => runs.length === 2);
    expect(runs).toEqual(["", "received"]);
    expect(stopped).toEqual([""]);
  });

  test("stopping a listener does not affect another one of the channel", async () => {
    const [leaving, staying]: [string[], string[]] = [[], []];
    const leave = notifications.listen("shared", (payload) => leaving.push(payload));
    onTestFinished(notifications.listen("shared", (payload) => staying.push(payload)));
    await eventually(() => staying.includes(""));
    leave();
    await notify("shared", "still here");
    await eventually(() => staying.includes("still here"));
    expect(leaving).not.toContain("still here");
  });

  test("a listener is called after a lost connection, and then gets payloads again", async () => {
    const runs = await listen("runs");
    const others = await listen("others");
    await endConnection();
    await eventually(() => runs.length === 2 && others.length === 2);
    await notify("runs", "after");
    await eventually(() => runs.length === 3);
    expect(runs).toEqual(["", "", "after"]);
    expect(others).toEqual(["", ""]);
  });

  test("a listener added while the connection is lost gets payloads too", async () => {
    await endConnection();
    const received = await listen("late");
    await notify("late", "arrived");
    await eventually(() => received.includes("arrived"));
  });
});

test("disposed notifications leave no connection open", async () => {
  const closing = await openNotifications(database.url, createLogger("silent"));
  closing.listen("runs", () => undefined);
  const count = async (): Promise<number> => {
    const [row] = await database.dataSource.query(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name like '%notifications'",
    );
    return row.count;
  };
  expect(await count()).toBe(2);
  await closing[Symbol.asyncDispose]();
  await eventually(async () => (await count()) === 1);
});

test("polled notifications call a listener at an interval until it stops", async () => {
  using polled = openPolledNotifications();
  const received: string[] = [];
  const stop = polled.listen("runs", (payload) => received.push(payload));
  await eventually(() => received.length === 2);
  stop();
  let pollsAfterStop = 0;
  polled.listen("others", () => {
    pollsAfterStop += 1;
  });
  await eventually(() => pollsAfterStop === 2);
  expect(received).toEqual(["", ""]);
});
