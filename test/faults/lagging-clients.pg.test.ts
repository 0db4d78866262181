import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { openDataSource } from "../../src/database/data-source.ts";
import { createLogger } from "../../src/log.ts";
import { createEventStreamClient } from "../graphql/support/event-stream-client.ts";
import { closed, createSocketClient } from "../graphql/support/socket-client.ts";
import { anEvent, beginLog, tell } from "../lifecycle/support/log-of-events.ts";
import { type ServiceProcess, startService } from "../support/start-service.ts";
import { createTestDatabase } from "../support/test-database.ts";

/** What production allows: an event may be left for half a minute, and a socket may take nothing for three quarters of one. */
const LATE_MS = 35_000;
const TOO_LATE_MS = 48_000;
/** Until everybody has stopped reading, and what the kernel holds of it is full. */
const STANDSTILL_MS = 5_000;
const PING_UNANSWERED_MS_MAX = 60_000;

/** Several times as much as the kernel holds for a connection whose other side does not read. */
const HISTORY_EVENTS = 300;
const EVENTS = 800;
const TOLD_AT_ONCE = 10;
const EVENT_BYTES = 50_000;

/** Of each kind. If what they do not take were kept for them, it would be three hundred megabytes. */
const CLIENTS = 3;
const GROWTH_BYTES_MAX = 100_000_000;

const FOLLOW =
  "subscription ($after: String) { lifecycleEvent(after: $after) { cursor personId changedFields } }";

type Transport = "sockets" | "event streams";
type Answer = {
  data?: { lifecycleEvent: { cursor: string; personId: string } };
  errors?: { extensions: { code: string; cursor: string } }[];
};

type End = { code: string; cursor: string } | "closed" | "heard everything";

/** Somebody who listens when they like. */
type Listener = {
  readonly cursors: string[];
  readonly people: string[];
  /** How it ended: with an error that was told, or without a word; or not, for one who was not slow. */
  readonly ended: Promise<End>;
  pause(): void;
  resume(): void;
};

let service: ServiceProcess;
let dataSource: DataSource;
let start: string;
const told: string[] = [];
const opened = new AsyncDisposableStack();

/** Wide events, so that it does not take many of them. */
async function tellSome(count: number): Promise<void> {
  for (let from = 0; from < count; from += TOLD_AT_ONCE) {
    const events = Array.from({ length: TOLD_AT_ONCE }, () =>
      anEvent({ changedFields: ["x".repeat(EVENT_BYTES)] }),
    );
    await tell(dataSource, events);
    told.push(...events.map(({ personId }) => personId));
  }
}

beforeAll(async () => {
  const database = opened.use(await createTestDatabase());
  dataSource = await openDataSource({ url: database.url, entities: [], log: createLogger("silent") });
  opened.defer(() => dataSource.destroy());
  await beginLog(dataSource);
  service = opened.use(
    await startService({
      DATABASE_URL: database.url,
      SECRET_KEYS: `1:${randomBytes(32).toString("base64")}`,
    }),
  );
  const query = encodeURIComponent("{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }");
  const response = await fetch(`${service.url}/graphql?query=${query}`, {
    headers: { "content-type": "application/json" },
  });
  start = (await response.json()).data.lifecycleEvents.pageInfo.endCursor;
  await tellSome(HISTORY_EVENTS);
});
afterAll(() => opened.disposeAsync());

function listenOver(transport: Transport): Listener {
  const ended = Promise.withResolvers<End>();
  const [cursors, people]: [string[], string[]] = [[], []];
  const take = ({ data, errors }: Answer): void => {
    if (errors?.[0]) ended.resolve(errors[0].extensions);
    if (data) {
      cursors.push(data.lifecycleEvent.cursor);
      people.push(data.lifecycleEvent.personId);
      if (people.length === EVENTS) ended.resolve("heard everything");
    }
  };
  const paused = transport === "sockets" ? listenOverSocket(take, ended) : listenOverStream(take, ended);
  return { cursors, people, ended: ended.promise, ...paused };
}

type Ended = Pick<PromiseWithResolvers<End>, "resolve">;

function listenOverSocket(take: (answer: Answer) => void, ended: Ended) {
  const socket = new WebSocket(`${service.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.on("error", () => undefined);
  socket.on("close", () => ended.resolve("closed"));
  socket.on("open", () => socket.send('{"type":"connection_init"}'));
  socket.on("message", (message) => {
    const { type, payload } = JSON.parse(String(message));
    const subscribe = { query: FOLLOW, variables: { after: start } };
    if (type === "connection_ack")
      socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: subscribe }));
    if (type === "next") take(payload);
    if (type === "error") take({ errors: payload });
  });
  opened.defer(() => socket.terminate());
  return { pause: () => socket.pause(), resume: () => socket.resume() };
}

/** Below HTTP's own client, which reads ahead of who pauses it. Each event is a line. */
function listenOverStream(take: (answer: Answer) => void, ended: Ended) {
  const { port, hostname, host } = new URL(service.url);
  const search = new URLSearchParams({ query: FOLLOW, variables: JSON.stringify({ after: start }) });
  const socket = connect(Number(port), hostname);
  socket.write(`GET /graphql?${search} HTTP/1.1\r\nhost: ${host}\r\naccept: text/event-stream\r\n\r\n`);
  socket.on("error", () => undefined);
  socket.on("close", () => ended.resolve("closed"));
  let rest = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.startsWith("data: {")) take(JSON.parse(line.slice("data: ".length)));
  });
  opened.defer(() => void socket.destroy());
  return { pause: () => void socket.pause(), resume: () => void socket.resume() };
}

/** Everybody after a cursor, until as many were told of. */
async function peopleAfter(transport: Transport, after: string, count: number): Promise<string[]> {
  const client =
    transport === "sockets" ? createSocketClient(service.url) : createEventStreamClient(service.url);
  const people: string[] = [];
  for await (const answer of client.iterate({ query: FOLLOW, variables: { after } })) {
    people.push((answer as unknown as Answer).data?.lifecycleEvent.personId ?? "");
    if (people.length >= count) break;
  }
  await client.dispose();
  return people;
}

const residentBytes = (): number =>
  Number(execFileSync("ps", ["-o", "rss=", "-p", String(service.child.pid)], { encoding: "utf8" })) * 1_024;

describe.concurrent("the whole service, with the patience of production", {
  timeout: 120_000,
}, () => {
  test.each<Transport>(["sockets", "event streams"])(
    "H3: clients that stop reading over %s are told LAGGED when they read again, or cut off; and go on from their cursor without a loss",
    async (transport) => {
      const stopReading = async (): Promise<Listener> => {
        const listener = listenOver(transport);
        while (listener.people.length === 0) await wait(5);
        listener.pause();
        return listener;
      };
      const [late, tooLate] = await Promise.all(
        [1, 2].map(() => Promise.all(Array.from({ length: CLIENTS }, stopReading))),
      );
      const readAgain = async (listeners: readonly Listener[] = [], afterMs: number) => {
        await wait(afterMs);
        for (const listener of listeners) listener.resume();
        return Promise.all(listeners.map(({ ended }) => ended));
      };
      const [lagged, cut] = await Promise.all([readAgain(late, LATE_MS), readAgain(tooLate, TOO_LATE_MS)]);

      expect(lagged).toEqual(
        late?.map(({ cursors }) => expect.objectContaining({ code: "LAGGED", cursor: cursors.at(-1) })),
      );
      expect(cut).toEqual(tooLate?.map(() => "closed"));
      for (const { people, cursors } of [late?.[0], tooLate?.[0]].filter((one) => one !== undefined)) {
        expect(people.length).toBeLessThan(EVENTS / 2);
        const rest = await peopleAfter(transport, cursors.at(-1) ?? "", EVENTS - people.length);
        expect([...people, ...rest].join()).toBe(told.join());
      }
    },
  );

  test("H3: clients that do not read cost no memory, however much is told meanwhile", async () => {
    await wait(STANDSTILL_MS);
    const before = residentBytes();
    const telling = tellSome(EVENTS - HISTORY_EVENTS);
    let most = before;
    for (const startedAt = performance.now(); performance.now() - startedAt < LATE_MS - STANDSTILL_MS; ) {
      most = Math.max(most, residentBytes());
      await wait(250);
    }
    await telling;

    expect(most - before).toBeLessThan(GROWTH_BYTES_MAX);
  });

  test("H4: a socket whose cable was pulled is cut off within a minute", async () => {
    const socket = new WebSocket(`${service.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      autoPong: false,
    });
    await once(socket, "open");
    const startedAt = performance.now();
    socket.send('{"type":"connection_init"}');

    expect(await closed(socket)).toMatchObject({ code: 1006 });
    expect(performance.now() - startedAt).toBeLessThan(PING_UNANSWERED_MS_MAX);
  });
});
