import { rm, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEFAULT_TENANT_ID } from "../../src/access/viewer.ts";
import { startApp } from "../../src/app.ts";
import { inTenant } from "../../src/database/transaction.ts";
import { createLogger } from "../../src/log.ts";
import { anEvent, beginLog, emit, prune } from "../lifecycle/support/log-of-events.ts";
import { eventually } from "../support/eventually.ts";
import { readRecipe } from "../support/recipes.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";

type FollowedEvent = { id: string; cursor: string; personId: string };
type FollowEvents = (
  url: string,
  receiver: {
    readCursor: () => Promise<string | null>;
    handle: (event: FollowedEvent) => Promise<void>;
    readPeopleAgain: (cursor: string) => Promise<void>;
  },
) => Promise<never>;

const CLIENT = new URL("./readme-client.generated.js", import.meta.url).pathname;
let followEvents: FollowEvents;
/** The last test ends it, and starts others on its database: restarts are the statement. */
let first: TestApp;
beforeAll(async () => {
  await writeFile(CLIENT, await readRecipe("export async function followEvents"));
  ({ followEvents } = await import(CLIENT));
  first = await startTestApp({ sandbox: { people: 10 } });
  await beginLog(first.app.database.dataSource);
});
afterAll(async () => {
  await first[Symbol.asyncDispose]();
  await rm(CLIENT);
});

test("the client of the guide reads the log again after a restored backup, misses nothing, and continues at its end", async () => {
  const { dataSource } = first.app.database;
  const kept = someHires(2);
  await emit(dataSource, kept);
  const { lifecycleEvents } = await first.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
    "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }",
  );
  // As after a restored backup: the last event is lost, and another one gets its number.
  await inTenant(dataSource, DEFAULT_TENANT_ID, async (manager) => {
    await manager.query("delete from lifecycle_events where seq = 2");
    await manager.query("update lifecycle_streams set last_seq = 1");
  });
  const second = someHires(2);
  await emit(dataSource, second);

  let cursor = lifecycleEvents.pageInfo.endCursor;
  const [known, received, readAgainFrom] = [new Set<string>(), [] as string[], [] as string[]];
  let isOver = false;
  void followEvents(`${first.app.url.replace("http", "ws")}/graphql`, {
    readCursor: () => (isOver ? new Promise<never>(() => undefined) : Promise.resolve(cursor)),
    async handle(event) {
      cursor = event.cursor;
      if (known.has(event.id)) return;
      known.add(event.id);
      received.push(event.personId);
    },
    async readPeopleAgain(from) {
      readAgainFrom.push(from);
      cursor = from;
    },
  });
  await eventually(() => readAgainFrom.length === 1);
  const third = someHires(1);
  await emit(dataSource, third);
  await eventually(() => received.length === 4);
  isOver = true;
  expect(received).toEqual([kept[0], ...second, ...third].map((event) => event?.personId));
  expect(readAgainFrom).toHaveLength(1);
});

test("the client of the guide receives every event that has not expired once and in order, despite restarts", async () => {
  const { dataSource } = first.app.database;
  const [{ last_seq: lastSeq }] = await dataSource.query("select last_seq::int from lifecycle_streams");
  const { lifecycleEvents } = await first.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
    "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }",
  );
  let cursor = lifecycleEvents.pageInfo.endCursor;
  let isOver = false;
  const received: string[] = [];
  const readAgainFrom: string[] = [];
  void followEvents(`${first.app.url.replace("http", "ws")}/graphql`, {
    readCursor: () => (isOver ? new Promise<never>(() => undefined) : Promise.resolve(cursor)),
    async handle(event) {
      received.push(event.personId);
      cursor = event.cursor;
    },
    async readPeopleAgain(oldestCursor) {
      readAgainFrom.push(oldestCursor);
      cursor = oldestCursor;
    },
  });
  const story = Array.from({ length: 6 }, () => anEvent({ kind: "HIRE_DATE" }));
  const emitted = story.map(({ personId }) => personId);
  await emit(dataSource, story.slice(0, 2));
  await eventually(() => received.length === 2);

  const { port } = new URL(first.app.url);
  await first.app[Symbol.asyncDispose]();
  const reach = { ...first.config.reach, port: Number(port) };
  const second = await startApp({ ...first.config, reach }, createLogger("silent"));
  await emit(second.database.dataSource, story.slice(2, 4));
  await eventually(() => received.length === 4);
  expect(received).toEqual(emitted.slice(0, 4));

  await second[Symbol.asyncDispose]();
  const third = await startApp({ ...first.config, reach: { ...reach, port: 0 } }, createLogger("silent"));
  await emit(third.database.dataSource, story.slice(4));
  await prune(third.database.dataSource, lastSeq + 5);
  await third[Symbol.asyncDispose]();
  const fourth = await startApp({ ...first.config, reach }, createLogger("silent"));
  await eventually(() => received.length === 5);
  isOver = true;
  await fourth[Symbol.asyncDispose]();

  expect(received).toEqual([...emitted.slice(0, 4), emitted[5]]);
  expect(readAgainFrom).toHaveLength(1);
});

const someHires = (count: number) => Array.from({ length: count }, () => anEvent({ kind: "HIRE_DATE" }));
