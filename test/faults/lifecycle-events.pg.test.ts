import { setTimeout as wait } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type App, startApp } from "../../src/app.ts";
import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";
import { compose, createHiveGateway, type HiveTransport } from "../contract/support/gateways.ts";
import { createSocketClient } from "../graphql/support/socket-client.ts";
import { get } from "../kill/graph-client.ts";
import { beginLog, emit, someEvents } from "../lifecycle/support/log-of-events.ts";
import { startTestApp, type TestApp } from "../support/test-app.ts";
import { openCompany } from "./company-of-services.ts";

const FOLLOW = "subscription ($after: String) { lifecycleEvent(after: $after) { id cursor personId } }";
type Told = { readonly id: string; readonly cursor: string; readonly personId: string };
type Answer = { data: { lifecycleEvent: Told } };

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

/** Who heard what: people's ids stand for the events, in the order in which they were told. */
const peopleOf = (events: readonly { readonly personId: string }[]): string[] =>
  events.map(({ personId }) => personId);

/** Listens until `count` events have come. */
async function listen(url: string, after: string | null, count: number): Promise<Told[]> {
  const client = createSocketClient(url);
  const told: Told[] = [];
  for await (const answer of client.iterate({ query: FOLLOW, variables: { after } })) {
    told.push((answer as unknown as Answer).data.lifecycleEvent);
    if (told.length === count) break;
  }
  await client.dispose();
  return told;
}

describe("two replicas", () => {
  let other: App;
  beforeAll(async () => {
    other = await startApp(app.config, createLogger("silent"));
  });
  afterAll(() => other[Symbol.asyncDispose]());

  test("an event that one has committed reaches who is connected to the other, and a cursor of one is one of the other", async () => {
    const after = await headOf();
    const heard = [listen(app.app.url, after, 3), listen(other.url, after, 3)];
    const events = someEvents(3);
    await emit(dataSource, events.slice(0, 1));
    await emit(other.database.dataSource, events.slice(1));
    const [here = [], there = []] = await Promise.all(heard);

    expect(peopleOf(here)).toEqual(peopleOf(events));
    expect(there).toEqual(here);
    expect(peopleOf(await listen(other.url, here[0]?.cursor ?? "", 2))).toEqual(peopleOf(events.slice(1)));
  });
});

test("a notification that was lost with its connection costs some seconds, and no event", async () => {
  const after = await headOf();
  const events = someEvents(20);
  const heard = listen(app.app.url, after, events.length);
  for (const event of events) {
    await dataSource.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where application_name = 'people-subgraph notifications' and datname = current_database()`,
    );
    await emit(dataSource, [event]);
    await wait(20);
  }

  expect(peopleOf(await heard)).toEqual(peopleOf(events));
});

test("H5: what was committed and not delivered when the service was killed comes after a reconnect with the cursor", async () => {
  await using company = await openCompany();
  const theirs = await openDataSource({
    url: company.databaseUrl,
    entities: [],
    log: createLogger("silent"),
  });
  await beginLog(theirs);
  const service = await company.start();
  const after = await headOf({ get: (query) => get(service.url, query) });
  const first = someEvents(2);
  const heard = listen(service.url, after, 2);
  await emit(theirs, first);
  const last = (await heard).at(-1);
  // It sleeps through the commit, and is killed before it can wake up.
  service.child.kill("SIGSTOP");
  const missed = someEvents(3);
  await emit(theirs, missed);
  await service.stop("SIGKILL");

  await using next = await company.start();
  expect(peopleOf(await listen(next.url, last?.cursor ?? "", 3))).toEqual(peopleOf(missed));
  await theirs.destroy();
});

describe.each<HiveTransport>(["server-sent events", "WebSocket"])(
  "behind Hive Gateway, over %s",
  (transport) => {
    const start = async () => {
      const { _service } = await app.get<{ _service: { sdl: string } }>("{ _service { sdl } }");
      const people = { name: "people", url: `${app.app.url}/graphql`, sdl: _service.sdl };
      return createHiveGateway(compose("@theguild/federation-composition", [people]), transport);
    };

    test("H9: who goes on from the last cursor after the gateway has reloaded misses nothing", async () => {
      const after = await headOf();
      const events = someEvents(30);
      await emit(dataSource, events.slice(0, 10));
      const heard: Told[] = [];
      const take = async (gateway: Awaited<ReturnType<typeof start>>, upTo: number): Promise<void> => {
        const from = heard.at(-1)?.cursor ?? after;
        for await (const { data } of gateway.subscribe<Answer["data"]>(FOLLOW, { after: from })) {
          heard.push(data.lifecycleEvent);
          if (heard.length === upTo) break;
        }
      };
      {
        await using gateway = await start();
        await take(gateway, 5);
      }
      await emit(dataSource, events.slice(10, 20));
      await using reloaded = await start();
      const rest = take(reloaded, events.length);
      await emit(dataSource, events.slice(20));
      await rest;

      expect(peopleOf(heard)).toEqual(peopleOf(events));
    });

    test("H7: a cursor that cannot be used is an error that the gateway's client can act on", async () => {
      await using gateway = await start();
      const [answer] = await Array.fromAsync(gateway.subscribe<unknown>(FOLLOW, { after: "no cursor" }));

      expect(answer?.errors?.map(({ extensions }) => extensions.code)).toEqual(["BAD_CURSOR"]);
    });
  },
);
