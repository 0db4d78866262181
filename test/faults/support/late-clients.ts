import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { afterAll, beforeAll, expect } from "vitest";
import { WebSocket } from "ws";
import type { AppTiming } from "../../../src/app.ts";
import { openDataSource } from "../../../src/database/data-source.ts";
import { createLogger } from "../../../src/log.ts";
import { anEvent, beginLog, emit } from "../../lifecycle/support/log-of-events.ts";
import { startTestApp, type TestApp } from "../../support/test-app.ts";

/** Several times what the kernel buffers for a connection whose other side does not read. */
const HISTORY_EVENTS = 300;
const APPENDED_AT_ONCE = 10;
const EVENT_BYTES = 50_000;

/** Clients of each transport. A buffer of all that they do not read would be ninety megabytes. */
export const CLIENTS = 3;

/** Longer than any test runs. */
const NEVER_MS = 3_600_000;
const UNLIMITED = { lagMs: NEVER_MS, stalledMs: NEVER_MS, keepAliveMs: NEVER_MS };

const FOLLOW =
  "subscription ($after: String) { lifecycleEvent(after: $after) { cursor personId changedFields } }";

export type Transport = "sockets" | "event streams";
type Answer = {
  data?: { lifecycleEvent: { cursor: string; personId: string } };
  errors?: { extensions: { code: string; cursor: string } }[];
};

type End = { code: string; cursor: string } | "closed" | "received everything";

/** A client that can pause reading. */
type LateClient = {
  readonly cursors: string[];
  readonly people: string[];
  /** Why the client is done: an error, a closed connection, or all events, for a client that was not slow. */
  readonly ended: Promise<End>;
  pause(): void;
  resume(): void;
  disconnect(): void;
};

export type Feed = AsyncDisposable & {
  readonly app: TestApp;
  /** The position before all events. */
  readonly start: string;
  /** The people of all events, in order. */
  readonly people: readonly string[];
  /** Appends events of 50 kB, so that few of them fill the buffers. */
  append(count: number): Promise<void>;
};

type Limits = NonNullable<AppTiming["clients"]>;

/**
 * Starts the whole service with a long history, and with no other limits for clients than the given ones.
 * They are options of the start: other limits need another app.
 */
export async function startFeed(limits: Limits = {}): Promise<Feed> {
  const clients = { ...UNLIMITED, ...limits };
  await using opening = new AsyncDisposableStack();
  const app = opening.use(await startTestApp({ timing: { clients } }));
  const dataSource: DataSource = await openDataSource({
    url: app.databaseUrl,
    entities: [],
    log: createLogger("silent"),
  });
  opening.defer(() => dataSource.destroy());
  await beginLog(dataSource);
  const { lifecycleEvents } = await app.get<{ lifecycleEvents: { pageInfo: { endCursor: string } } }>(
    "{ lifecycleEvents(kinds: []) { pageInfo { endCursor } } }",
  );
  const people: string[] = [];
  const append = async (count: number): Promise<void> => {
    for (let from = 0; from < count; from += APPENDED_AT_ONCE) {
      const events = Array.from({ length: APPENDED_AT_ONCE }, () =>
        anEvent({ changedFields: ["x".repeat(EVENT_BYTES)] }),
      );
      await emit(dataSource, events);
      people.push(...events.map(({ personId }) => personId));
    }
  };
  await append(HISTORY_EVENTS);
  const opened = opening.move();
  return {
    app,
    start: lifecycleEvents.pageInfo.endCursor,
    people,
    append,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** The feed of a test file. */
export function useFeed(limits: Limits): () => Feed {
  let feed: Feed;
  beforeAll(async () => {
    feed = await startFeed(limits);
  });
  afterAll(() => feed[Symbol.asyncDispose]());
  return () => feed;
}

/** Follows the log from its start, or from another cursor. */
function subscribeOver(
  transport: Transport,
  feed: Feed,
  { after = feed.start, count = HISTORY_EVENTS } = {},
): LateClient {
  const ended = Promise.withResolvers<End>();
  const [cursors, people]: [string[], string[]] = [[], []];
  const take = ({ data, errors }: Answer): void => {
    if (errors?.[0]) ended.resolve(errors[0].extensions);
    if (data) {
      cursors.push(data.lifecycleEvent.cursor);
      people.push(data.lifecycleEvent.personId);
      if (people.length === count) ended.resolve("received everything");
    }
  };
  const paused =
    transport === "sockets"
      ? subscribeOverSocket(feed, after, take, ended)
      : subscribeOverStream(feed, after, take, ended);
  return { cursors, people, ended: ended.promise, ...paused };
}

type Ended = Pick<PromiseWithResolvers<End>, "resolve">;

function subscribeOverSocket({ app }: Feed, after: string, take: (answer: Answer) => void, ended: Ended) {
  const socket = new WebSocket(`${app.app.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
  socket.on("error", () => undefined);
  socket.on("close", () => ended.resolve("closed"));
  socket.on("open", () => socket.send('{"type":"connection_init"}'));
  socket.on("message", (message) => {
    const { type, payload } = JSON.parse(String(message));
    const subscribe = { query: FOLLOW, variables: { after } };
    if (type === "connection_ack")
      socket.send(JSON.stringify({ id: "1", type: "subscribe", payload: subscribe }));
    if (type === "next") take(payload);
    if (type === "error") take({ errors: payload });
  });
  return { pause: () => socket.pause(), resume: () => socket.resume(), disconnect: () => socket.terminate() };
}

/** Uses a plain socket, because Node's HTTP client reads ahead while paused. Each event is a line. */
function subscribeOverStream({ app }: Feed, after: string, take: (answer: Answer) => void, ended: Ended) {
  const { port, hostname, host } = new URL(app.app.url);
  const search = new URLSearchParams({ query: FOLLOW, variables: JSON.stringify({ after }) });
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
  return {
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    disconnect: () => void socket.destroy(),
  };
}

/** Whether the database was too slow for the service: then a client tries again. */
const isUnavailable = (end: End): boolean => typeof end === "object" && end.code === "UNAVAILABLE";

/**
 * Reads the people of the next `count` events after a cursor. On a slow machine this client is late too, as
 * its process was: then it resumes, as clients do.
 */
async function peopleAfter(
  feed: Feed,
  transport: Transport,
  after: string,
  count: number,
): Promise<string[]> {
  const client = subscribeOver(transport, feed, { after, count });
  const end = await client.ended;
  client.disconnect();
  const { people, cursors } = client;
  if (people.length >= count) return people.slice(0, count);
  if (people.length === 0) expect(end).toMatchObject({ code: "UNAVAILABLE" });
  const rest = await peopleAfter(feed, transport, cursors.at(-1) ?? after, count - people.length);
  return [...people, ...rest];
}

/** Connects a client that stops reading after its first event. */
export async function stopReading(transport: Transport, feed: Feed): Promise<LateClient> {
  const client = subscribeOver(transport, feed);
  let end: End | undefined;
  client.ended.then((reason) => {
    end = reason;
  });
  while (client.people.length === 0 && !end) await wait(5);
  client.pause();
  if (client.people.length > 0) return client;
  client.disconnect();
  expect(end).toMatchObject({ code: "UNAVAILABLE" });
  return stopReading(transport, feed);
}

/**
 * Connects a client that stops reading, and reads again after the patience of the service. That patience
 * begins when the buffers of the kernel are full, which depends on the machine. If it was not over yet, a
 * second client waits for longer.
 */
async function readLate(
  transport: Transport,
  feed: Feed,
  afterMs: number,
): Promise<{ client: LateClient; end: End }> {
  const client = await stopReading(transport, feed);
  await wait(afterMs);
  client.resume();
  const end = await client.ended;
  client.disconnect();
  if (isUnavailable(end)) return readLate(transport, feed, afterMs);
  return end === "received everything" ? readLate(transport, feed, 2 * afterMs) : { client, end };
}

/** How clients end that read late together, and the people whose events the first one received in the end. */
export async function readLateTogether(transport: Transport, feed: Feed, afterMs: number) {
  const late = await Promise.all(Array.from({ length: CLIENTS }, () => readLate(transport, feed, afterMs)));
  const [first] = late;
  return { late, people: first && (await peopleWithResume(feed, transport, first.client)) };
}

export const TRANSPORTS: readonly Transport[] = ["sockets", "event streams"];

/** The people whose events a client received, before it was late and from its last cursor on. */
async function peopleWithResume(
  feed: Feed,
  transport: Transport,
  { people, cursors }: LateClient,
): Promise<string[]> {
  const missing = feed.people.length - people.length;
  return [...people, ...(await peopleAfter(feed, transport, cursors.at(-1) ?? "", missing))];
}
