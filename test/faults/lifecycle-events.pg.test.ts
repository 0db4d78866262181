import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { createLogger } from "../../src/log.ts";
import { compose, createHiveGateway, type HiveTransport } from "../contract/support/gateways.ts";
import { createSocketClient } from "../graphql/support/socket-client.ts";
import { get } from "../kill/graph-client.ts";
import { beginLog, emit, someEvents } from "../lifecycle/support/log-of-events.ts";
import { startService } from "../support/start-service.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { createTestDatabase } from "../support/test-database.ts";

// A test starts a second replica: that it delivers the same events is its statement.

const FOLLOW = "subscription ($after: String) { lifecycleEvent(after: $after) { id cursor personId } }";
type FollowedEvent = { readonly id: string; readonly cursor: string; readonly personId: string };
type Answer = { data: { lifecycleEvent: FollowedEvent } };

let app: TestApp;
let dataSource: DataSource;
beforeAll(async () => {
  app = await startTestApp({ sandbox: { people: 10 } });
  ({ dataSource } = app.app.database);
  await beginLog(dataSource);
});
afterAll(() => app[Symbol.asyncDispose]());

const headOf = async ({ get }: Pick<TestApp, "get"> = app): Promise<string> => {
  const query = "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }";
  const { lifecycleEvents } = await get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(query);
  return lifecycleEvents.pageInfo.endCursor;
};

/** The ids of the people, which identify the events, in the order of their arrival. */
const peopleOf = (events: readonly { readonly personId: string }[]): string[] =>
  events.map(({ personId }) => personId);

/** Subscribes until `count` events have arrived. */
async function follow(url: string, after: string | null, count: number): Promise<FollowedEvent[]> {
  const client = createSocketClient(url);
  const events: FollowedEvent[] = [];
  for await (const answer of client.iterate({ query: FOLLOW, variables: { after } })) {
    events.push((answer as unknown as Answer).data.lifecycleEvent);
    if (events.length === count) break;
  }
  await client.dispose();
  return events;
}

describe("two replicas", () => {
  let other: App;
  beforeAll(async () => {
    other = await startApp(app.config, createLogger("silent"));
  });
  afterAll(() => other[Symbol.asyncDispose]());

  test("an event that one replica commits reaches clients of the other, and both accept the same cursors", async () => {
    const after = await headOf();
    const received = [follow(app.app.url, after, 3), follow(other.url, after, 3)];
    const events = someEvents(3);
    await emit(dataSource, events.slice(0, 1));
    await emit(other.database.dataSource, events.slice(1));
    const [here = [], there = []] = await Promise.all(received);

    expect(peopleOf(here)).toEqual(peopleOf(events));
    expect(there).toEqual(here);
    expect(peopleOf(await follow(other.url, here[0]?.cursor ?? "", 2))).toEqual(peopleOf(events.slice(1)));
  });
});

test("a notification that is lost with its connection delays events by seconds, and loses none", async () => {
  const after = await headOf();
  const events = someEvents(20);
  const received = follow(app.app.url, after, events.length);
  for (const event of events) {
    await dataSource.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'people-subgraph notifications' and datname = current_database()`,
    );
    await emit(dataSource, [event]);
    await wait(20);
  }

  expect(peopleOf(await received)).toEqual(peopleOf(events));
});

test("H5: events that were committed but not delivered before a kill arrive after a reconnect with the cursor", async () => {
  await using database = await createTestDatabase();
  const theirs = database.dataSource;
  await beginLog(theirs);
  const environment = {
    DATABASE_URL: database.url,
    SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
  };
  const service = await startService(environment);
  const after = await headOf({ get: (query) => get(service.url, query) });
  const first = someEvents(2);
  const received = follow(service.url, after, 2);
  await emit(theirs, first);
  const last = (await received).at(-1);
  // The process is stopped during the commit, and is killed before it continues.
  service.child.kill("SIGSTOP");
  const missed = someEvents(3);
  await emit(theirs, missed);
  await service.stop("SIGKILL");

  await using next = await startService(environment);
  expect(peopleOf(await follow(next.url, last?.cursor ?? "", 3))).toEqual(peopleOf(missed));
});

let supergraph: ReturnType<typeof compose> | undefined;

describe.each<HiveTransport>(["server-sent events", "WebSocket"])(
  "behind Hive Gateway, over %s",
  (transport) => {
    const start = async () => {
      const { _service } = await app.get<{ _service: { sdl: string } }>("{ _service { sdl } }");
      const people = { name: "people", url: `${app.app.url}/graphql`, sdl: _service.sdl };
      supergraph ??= compose("@theguild/federation-composition", [people]);
      return createHiveGateway(supergraph, transport);
    };
    /** The one that the first test leaves, for the second: a start costs more CPU than both tests. */
    let standing: Awaited<ReturnType<typeof start>> | undefined;
    afterAll(() => standing?.[Symbol.asyncDispose]());

    test("H9: a client that resumes from its last cursor after a reload of the gateway misses nothing", async () => {
      const after = await headOf();
      const events = someEvents(30);
      await emit(dataSource, events.slice(0, 10));
      const received: FollowedEvent[] = [];
      const take = async (gateway: Awaited<ReturnType<typeof start>>, upTo: number): Promise<void> => {
        const from = received.at(-1)?.cursor ?? after;
        for await (const { data } of gateway.subscribe<Answer["data"]>(FOLLOW, { after: from })) {
          received.push(data.lifecycleEvent);
          if (received.length === upTo) break;
        }
      };
      {
        await using gateway = await start();
        await take(gateway, 5);
      }
      await emit(dataSource, events.slice(10, 20));
      standing = await start();
      const rest = take(standing, events.length);
      await emit(dataSource, events.slice(20));
      await rest;

      expect(peopleOf(received)).toEqual(peopleOf(events));
    });

    test("H7: an invalid cursor reaches the client of the gateway as an error that it can act on", async () => {
      standing ??= await start();
      const [answer] = await Array.fromAsync(standing.subscribe<unknown>(FOLLOW, { after: "no cursor" }));

      expect(answer?.errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_CURSOR"]);
    });
  },
);
